package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What steps cost, counted by the PostgreSQL server: statements by pg_stat_statements, to
 * which BEGIN, COMMIT and SET are statements as well, and the write-ahead log by its end.
 * The server is one that writes nothing to the log by itself.
 */
@Timeout(120)
@Execution(ExecutionMode.SAME_THREAD)
@ResourceLock(RoundTrips.LOCK)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresCostTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	private static final int TIMES = 200;

	private final PostgresServer server = new PostgresServer(Map.of("shared_preload_libraries", "pg_stat_statements",
			"autovacuum", "off", "checkpoint_timeout", "1d", "wal_level", "minimal", "max_wal_senders", "0"));

	private final TestDatabase database = this.server.newDatabase();

	private final TestDatabase counted = this.database
		.at((url) -> url + "&socketFactory=" + RoundTrips.class.getName());

	/** One connection, as a pool would look now and then whether it is alive. */
	private final SingleConnectionDataSource connection = new SingleConnectionDataSource(connect(this.counted), true);

	private final JdbcLockStore store = JdbcLockStore.open(JdbcLockStoreConfig.of(this.connection));

	@BeforeEach
	void empty() {
		this.database.execute("create extension if not exists pg_stat_statements");
		this.database.execute("truncate distributed_lock; checkpoint");
	}

	private static Connection connect(TestDatabase database) {
		try {
			return database.dataSource().getConnection();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@AfterAll
	void close() {
		this.connection.destroy();
		this.counted.close();
		this.database.close();
		this.server.close();
	}

	@Test
	void anAcquisitionIsOneStatement() {
		assertThat(costs((i) -> this.store.tryAcquire(command("k" + i, "o")))).isEqualTo(Costs.oneStatementEach());
		assertThat(rowsHeld()).isEqualTo(TIMES);
	}

	@Test
	void anAcquisitionOfAKeyUsedBeforeIsOneStatement() {
		IntStream.range(0, TIMES).forEach((i) -> {
			this.store.tryAcquire(command("k" + i, "before"));
			this.store.release(new ReleaseCommand("k" + i, "before", Duration.ZERO));
		});
		assertThat(costs((i) -> this.store.tryAcquire(command("k" + i, "o")))).isEqualTo(Costs.oneStatementEach());
		assertThat(rowsHeld()).isEqualTo(TIMES);
	}

	@Test
	void aContendedAttemptIsOneStatement() {
		this.store.tryAcquire(command("k", "holder"));
		assertThat(costs((i) -> assertThat(this.store.tryAcquire(command("k", "o" + i))).isInstanceOf(Held.class)))
			.isEqualTo(Costs.oneStatementEach());
	}

	@Test
	void aRenewalIsOneStatement() {
		this.store.tryAcquire(command("k", "o"));
		assertThat(costs((i) -> this.store.renew(new RenewCommand("k", "o", TTL)))).isEqualTo(Costs.oneStatementEach());
	}

	@Test
	void aRenewalOf200GrantsIsOneStatement() {
		List<RenewCommand> commands = IntStream.range(0, 200)
			.mapToObj((i) -> new RenewCommand("k" + i, "o", TTL))
			.toList();
		commands.forEach((each) -> this.store.tryAcquire(command(each.key(), "o")));
		assertThat(costs((i) -> assertThat(this.store.renewAll(commands)).containsOnly(RenewResult.RENEWED)))
			.isEqualTo(Costs.oneStatementEach());
	}

	@Test
	void aReleaseIsOneStatement() {
		IntStream.range(0, TIMES).forEach((i) -> this.store.tryAcquire(command("k" + i, "o")));
		assertThat(costs((i) -> this.store.release(new ReleaseCommand("k" + i, "o", Duration.ZERO))))
			.isEqualTo(Costs.oneStatementEach());
		assertThat(rowsHeld()).isZero();
	}

	@Test
	void aGuardIsOneStatement() throws SQLException {
		this.store.tryAcquire(command("a", "o"));
		this.store.tryAcquire(command("b", "o"));
		List<CommitGuard.Grant> grants = List.of(new CommitGuard.Grant("a", "o"), new CommitGuard.Grant("b", "o"));
		CommitGuard guard = this.store.commitGuard();
		try (Connection user = this.counted.dataSource().getConnection()) {
			user.setAutoCommit(false);
			// BEGIN is a statement that takes no round trip, and a guard here ends
			// nothing.
			guard.guard(user, grants);
			assertThat(costs((i) -> guard(guard, user, grants))).isEqualTo(Costs.oneStatementEach());
			user.rollback();
		}
	}

	private static void guard(CommitGuard guard, Connection user, List<CommitGuard.Grant> grants) {
		try {
			assertThat(guard.guard(user, grants)).isInstanceOf(GuardResult.Held.class);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void aContendedAttemptWritesNothingToTheWriteAheadLog() {
		usedForAWhile("k");
		this.store.tryAcquire(command("k", "holder"));
		assertThat(walOf((i) -> assertThat(this.store.tryAcquire(command("k", "o" + i))).isInstanceOf(Held.class)))
			.isZero();
	}

	@Test
	void aRefusedRenewalOrReleaseWritesNothingToTheWriteAheadLog() {
		usedForAWhile("k");
		this.store.tryAcquire(command("k", "holder"));
		assertThat(walOf((i) -> {
			assertThat(this.store.renew(new RenewCommand("k", "stranger", TTL))).isEqualTo(RenewResult.REFUSED);
			assertThat(this.store.release(new ReleaseCommand("k", "stranger", Duration.ZERO)))
				.isEqualTo(ReleaseResult.NOT_OWNED);
		})).isZero();
	}

	/** Shows that the two tests before can fail. */
	@Test
	void aGrantIsSeenInTheWriteAheadLog() {
		assertThat(walOf((i) -> assertThat(this.store.tryAcquire(command("k" + i, "o"))).isInstanceOf(Granted.class)))
			.isGreaterThan(TIMES * 50L);
	}

	/** The usual way to write an acquisition, which the dialect avoids. */
	@Test
	void aPlainUpsertWouldWriteToTheWriteAheadLogOnEachContendedAttempt() {
		this.store.tryAcquire(command("k", "holder"));
		assertThat(walOf((i) -> this.database.execute("""
				insert into distributed_lock (lock_key, owner, node, fencing_token, acquired_at, expires_at)
				values ('k', 'o%d', 'n', 1, 1, 1)
				on conflict (lock_key) do update set owner = excluded.owner where distributed_lock.expires_at < 0
				""".formatted(i)))).isGreaterThan(TIMES * 20L);
	}

	/**
	 * Old row versions, which the first reader may tidy up, are gone before it counts.
	 */
	private void usedForAWhile(String key) {
		for (int i = 0; i < 20; i++) {
			this.store.tryAcquire(command(key, "o" + i));
			this.store.release(new ReleaseCommand(key, "o" + i, Duration.ZERO));
		}
		this.database.execute("vacuum distributed_lock");
	}

	private Costs costs(Step step) {
		step.run(0);
		this.database.execute("select pg_stat_statements_reset()");
		long roundTrips = RoundTrips.count();
		IntStream.range(0, TIMES).forEach(step::run);
		return new Costs(RoundTrips.count() - roundTrips, this.database.query("""
				select coalesce(sum(calls), 0) from pg_stat_statements
				where dbid = (select oid from pg_database where datname = current_database())
					and query not like '%pg_stat_statements%'
				"""));
	}

	private long walOf(Step step) {
		step.run(TIMES);
		long before = endOfWal();
		IntStream.range(0, TIMES).forEach(step::run);
		return endOfWal() - before;
	}

	private long endOfWal() {
		return this.database.query("select pg_current_wal_insert_lsn() - '0/0'::pg_lsn");
	}

	private long rowsHeld() {
		return this.database.query("select count(*) from distributed_lock where expires_at > 0");
	}

	private static AcquireCommand command(String key, String owner) {
		return new AcquireCommand(key, owner, "node", TTL);
	}

	@FunctionalInterface
	private interface Step {

		void run(int number);

	}

	/**
	 * What the steps cost together.
	 */
	private record Costs(long roundTrips, long statements) {

		static Costs oneStatementEach() {
			return new Costs(TIMES, TIMES);
		}

	}

}
