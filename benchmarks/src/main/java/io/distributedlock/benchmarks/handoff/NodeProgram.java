package io.distributedlock.benchmarks.handoff;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

import io.distributedlock.benchmarks.contender.WaitingPeer;
import org.jspecify.annotations.Nullable;

/**
 * One of the processes. Does what its standard input says, line by line, and ends with
 * it:
 * <ul>
 * <li>{@code hold} acquires the lock, prints {@code acquired}, keeps it until the next
 * line, whatever that is, and prints its {@link Hold};</li>
 * <li>{@code crowd THREADS END HOLD} holds the lock again and again on some threads until
 * END, each time for HOLD, both in nanoseconds; prints every {@link Hold}, then
 * {@code done};</li>
 * <li>{@code count} prints how many statements it has sent to a database.</li>
 * </ul>
 */
final class NodeProgram {

	static final String READY = "ready";

	static final String ACQUIRED = "acquired";

	static final String DONE = "done";

	private final BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

	private final String name;

	private final WaitingPeer peer;

	private final LongAdder statements;

	private NodeProgram(String name, WaitingPeer peer, LongAdder statements) {
		this.name = name;
		this.peer = peer;
		this.statements = statements;
	}

	/**
	 * Runs the process.
	 * @param arguments its name, its kind, and the server's address
	 */
	public static void main(String[] arguments) {
		LongAdder statements = new LongAdder();
		NodeKind.parse(arguments[1])
			.lend(List.of(arguments).subList(2, arguments.length), statements::increment,
					(peer) -> new NodeProgram(arguments[0], peer, statements).obey());
	}

	private void obey() {
		say(READY);
		for (String order = nextOrder(); order != null; order = nextOrder()) {
			String[] words = order.split(" ", -1);
			switch (words[0]) {
				case "hold" -> say(holder().hold(this::holdUntilNextOrder));
				case "crowd" -> crowd(Integer.parseInt(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
				case "count" -> say(this.statements.sum());
				default -> throw new IllegalArgumentException("Unknown order '%s'".formatted(order));
			}
		}
	}

	private @Nullable String nextOrder() {
		try {
			return this.orders.readLine();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void holdUntilNextOrder() {
		say(ACQUIRED);
		nextOrder();
	}

	private void crowd(int threads, long endNanos, long holdNanos) {
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		Stream.generate(() -> CompletableFuture.supplyAsync(() -> holder().holdUntil(endNanos, holdNanos), executor))
			.limit(threads)
			.toList()
			.forEach((holds) -> holds.join().forEach(NodeProgram::say));
		executor.shutdown();
		say(DONE);
	}

	private LockHolder holder() {
		return new LockHolder(this.name, this.peer);
	}

	private static void say(Object line) {
		System.out.println(line);
	}

}
