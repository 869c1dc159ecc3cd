package io.distributedlock.benchmarks.handoff;

import java.util.List;
import java.util.stream.Stream;

/**
 * Two processes on one server.
 */
public final class NodePair implements AutoCloseable {

	private final NodeProcess first;

	private final NodeProcess second;

	/**
	 * Starts the processes.
	 * @param kind what they lock with
	 * @param address the server's, as that kind has it
	 */
	public NodePair(NodeKind kind, List<String> address) {
		this.first = new NodeProcess("first", kind, address);
		this.second = new NodeProcess("second", kind, address);
		both().forEach((node) -> node.expect(NodeProgram.READY));
	}

	/**
	 * Returns how many statements both have sent to a database.
	 * @return the number so far
	 */
	public long statements() {
		both().forEach((node) -> node.order("count"));
		return both().mapToLong((node) -> Long.parseLong(node.answer())).sum();
	}

	NodeProcess first() {
		return this.first;
	}

	NodeProcess second() {
		return this.second;
	}

	Stream<NodeProcess> both() {
		return Stream.of(this.first, this.second);
	}

	@Override
	public void close() {
		both().forEach(NodeProcess::close);
	}

}
