package io.distributedlock.benchmarks.handoff;

import java.util.stream.Stream;

import io.distributedlock.benchmarks.database.DatabaseAddress;

/**
 * Two processes on one database.
 */
public final class NodePair implements AutoCloseable {

	private final NodeProcess first;

	private final NodeProcess second;

	/**
	 * Starts the processes.
	 * @param database where the lock table is
	 */
	public NodePair(DatabaseAddress database) {
		this.first = new NodeProcess("first", database);
		this.second = new NodeProcess("second", database);
		both().forEach((node) -> node.expect("ready"));
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
