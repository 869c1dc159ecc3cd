package io.distributedlock.benchmarks;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.distributedlock.benchmarks.database.DatabaseKind;
import io.distributedlock.benchmarks.database.DatabaseServer;
import io.distributedlock.benchmarks.database.LockTable;
import io.distributedlock.benchmarks.measure.MarkdownTable;
import io.distributedlock.benchmarks.measure.Options;
import io.distributedlock.benchmarks.measure.Traffic;
import io.distributedlock.benchmarks.recording.StatementRecorder;
import io.distributedlock.benchmarks.redis.CommandCounts;
import io.distributedlock.benchmarks.redis.RedisClients;
import io.distributedlock.benchmarks.redis.RedisKind;
import io.distributedlock.benchmarks.redis.RunningRedis;
import io.distributedlock.jdbc.JdbcLockStore;
import io.distributedlock.jdbc.JdbcLockStoreConfig;
import io.distributedlock.redis.RedisLockStore;
import io.distributedlock.redis.RedisLockStoreConfig;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.BatchRenewal;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.RenewCommand;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

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
		for (String server : this.options.texts("databases")) {
			List<String> cells = new ArrayList<>(List.of(server));
			cells.addAll(RedisKind.isNamed(server) ? onRedis(RedisKind.parse(server))
					: onDatabase(DatabaseKind.parse(server).get(0)));
			table.add(cells.toArray(String[]::new));
		}
		this.out.printf("# Statements of each step; on Redis commands, and with those that scripts call%n%n%s%n",
				table);
	}

	private static List<String> onDatabase(DatabaseKind kind) {
		try (DatabaseServer server = kind.start(); HikariDataSource pool = server.address().pool(1)) {
			LockTable.create(pool, kind);
			LongAdder statements = new LongAdder();
			DataSource counted = StatementRecorder.before(pool, (statement) -> statements.increment());
			return counts(JdbcLockStore.open(JdbcLockStoreConfig.of(counted)),
					() -> Map.of("statements", statements.sum()));
		}
	}

	private static List<String> onRedis(RedisKind kind) {
		try (RunningRedis server = kind.start(); CommandCounts commands = new CommandCounts(server.port())) {
			LettuceConnectionFactory connections = RedisClients.spring(server.port());
			try (RedisLockStore store = RedisLockStore.open(RedisLockStoreConfig.of(connections))) {
				return counts(store, commands);
			}
			finally {
				connections.destroy();
			}
		}
	}

	private static <S extends LockStore & BatchRenewal> List<String> counts(S store, Traffic traffic) {
		List<String> many = IntStream.range(0, BATCH).mapToObj((i) -> "counted-" + i).toList();
		List<RenewCommand> renewals = many.stream().map((key) -> renewal(key, "second")).toList();
		many.forEach((key) -> store.tryAcquire(acquire(key, "second")));
		// the first call of a script by its digest is refused
		store.renewAll(renewals);
		store.release(release("nobody"));
		List<Runnable> steps = List.of(() -> store.tryAcquire(acquire(KEY, "first")),
				() -> store.tryAcquire(acquire(KEY, "second")), () -> store.tryAcquire(acquire(KEY, "third")),
				() -> store.renew(renewal(KEY, "second")), () -> store.renewAll(renewals),
				() -> store.release(release("second")));
		return steps.stream().map((step) -> {
			Map<String, Long> before = traffic.counts();
			step.run();
			String cell = traffic.counts()
				.entrySet()
				.stream()
				.map((count) -> String.valueOf(count.getValue() - before.getOrDefault(count.getKey(), 0L)))
				.collect(Collectors.joining(", "));
			store.release(release("first"));
			return cell;
		}).toList();
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
