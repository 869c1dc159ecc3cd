package io.distributedlock.benchmarks.handoff;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.distributedlock.benchmarks.database.DatabaseAddress;
import io.distributedlock.benchmarks.recording.StatementRecorder;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.jdbc.JdbcLockStore;
import io.distributedlock.jdbc.JdbcLockStoreConfig;
import io.distributedlock.store.LockProvider;

/**
 * One of the processes. Does what its standard input says, line by line, and ends with
 * it:
 * <ul>
 * <li>{@code hold} acquires the lock, prints {@code acquired}, keeps it until the next
 * line, whatever that is, and prints its {@link Hold};</li>
 * <li>{@code crowd THREADS END HOLD} holds the lock again and again on some threads until
 * END, each time for HOLD, both in nanoseconds; prints every {@link Hold}, then how many
 * statements it sent.</li>
 * </ul>
 */
final class NodeProgram {

	private static final int POOL_SIZE = 4;

	private final String name;

	private final LockEngine engine;

	private final LongAdder statements;

	private NodeProgram(String name, LockEngine engine, LongAdder statements) {
		this.name = name;
		this.engine = engine;
		this.statements = statements;
	}

	/**
	 * Runs the process.
	 * @param arguments its name, and the database's URL, user and password
	 */
	public static void main(String[] arguments) throws IOException {
		String name = arguments[0];
		LongAdder statements = new LongAdder();
		try (HikariDataSource pool = new DatabaseAddress(arguments[1], arguments[2], arguments[3]).pool(POOL_SIZE)) {
			DataSource counted = StatementRecorder.before(pool, (statement) -> statements.increment());
			JdbcLockStore store = JdbcLockStore.open(JdbcLockStoreConfig.of(counted));
			try (LockEngine engine = LockEngine.builder()
				.provider(new LockProvider("jdbc", () -> store))
				.nodeId(name)
				.build()) {
				new NodeProgram(name, engine, statements).obey();
			}
		}
	}

	private void obey() throws IOException {
		BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		say("ready");
		for (String order = orders.readLine(); order != null; order = orders.readLine()) {
			String[] words = order.split(" ", -1);
			if (words[0].equals("hold")) {
				say(holder().hold(() -> waitForOrder(orders)));
			}
			else {
				crowd(Integer.parseInt(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
			}
		}
	}

	private static void waitForOrder(BufferedReader orders) {
		say("acquired");
		try {
			orders.readLine();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void crowd(int threads, long endNanos, long holdNanos) {
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		long statementsBefore = this.statements.sum();
		Stream.generate(() -> CompletableFuture.supplyAsync(() -> holder().holdUntil(endNanos, holdNanos), executor))
			.limit(threads)
			.toList()
			.forEach((holds) -> holds.join().forEach(NodeProgram::say));
		executor.shutdown();
		say("statements " + (this.statements.sum() - statementsBefore));
	}

	private LockHolder holder() {
		return new LockHolder(this.name, this.engine);
	}

	private static void say(Object line) {
		System.out.println(line);
	}

}
