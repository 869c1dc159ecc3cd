package io.distributedlock.benchmarks;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.distributedlock.benchmarks.database.DatabaseKind;
import io.distributedlock.benchmarks.database.DatabaseServer;
import io.distributedlock.benchmarks.database.LockTable;
import io.distributedlock.benchmarks.measure.MarkdownTable;
import io.distributedlock.benchmarks.measure.Options;
import io.distributedlock.benchmarks.recording.StatementRecorder;
import io.distributedlock.jdbc.JdbcLockStore;
import io.distributedlock.jdbc.JdbcLockStoreConfig;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.RenewCommand;

/**
 * Counts the statements of each step, each of which is a round trip.
 */
public final class StatementCounts {

	private static final Map<String, String> OPTIONS = Map.of("databases", "postgresql,h2");

	private static final String KEY = "counted";

	private static final int BATCH = 200;

	private static final Duration TTL = Duration.ofMinutes(1);

	private final Options options;

	private final PrintStream out;

	StatementCounts(PrintStream out, String... arguments) {
		this.options = Options.parse(arguments, OPTIONS);
		this.out = out;
	}

	/**
	 * Runs the program.
	 * @param arguments its options
	 */
	public static void main(String[] arguments) {
		new StatementCounts(System.out, arguments).run();
	}

	void run() {
		MarkdownTable table = new MarkdownTable("", "first acquisition of a key", "acquisition",
				"attempt on a held lock", "renewal", "renewal of %d".formatted(BATCH), "release");
		for (DatabaseKind kind : DatabaseKind.parse(this.options.text("databases"))) {
			try (DatabaseServer server = kind.start(); HikariDataSource pool = server.address().pool(1)) {
				LockTable.create(pool, kind);
				table.add(Stream.concat(Stream.of(kind.toString()), counts(pool)).toArray(String[]::new));
			}
		}
		this.out.printf("# Statements of each step%n%n%s%n", table);
	}

	private static Stream<String> counts(DataSource dataSource) {
		LongAdder statements = new LongAdder();
		JdbcLockStore store = JdbcLockStore
			.open(JdbcLockStoreConfig.of(StatementRecorder.before(dataSource, (statement) -> statements.increment())));
		List<String> many = IntStream.range(0, BATCH).mapToObj((i) -> "counted-" + i).toList();
		many.forEach((key) -> store.tryAcquire(acquire(key, "second")));
		List<Runnable> steps = List.of(() -> store.tryAcquire(acquire(KEY, "first")),
				() -> store.tryAcquire(acquire(KEY, "second")), () -> store.tryAcquire(acquire(KEY, "third")),
				() -> store.renew(renewal(KEY, "second")),
				() -> store.renewAll(many.stream().map((key) -> renewal(key, "second")).toList()),
				() -> store.release(release("second")));
		return steps.stream().map((step) -> {
			statements.reset();
			step.run();
			String count = String.valueOf(statements.sum());
			store.release(release("first"));
			return count;
		});
	}

	private static AcquireCommand acquire(String key, String owner) {
		return new AcquireCommand(key, owner, "node", TTL);
	}

	private static RenewCommand renewal(String key, String owner) {
		return new RenewCommand(key, owner, TTL);
	}

	private static ReleaseCommand release(String owner) {
		return new ReleaseCommand(KEY, owner, Duration.ZERO);
	}

}
