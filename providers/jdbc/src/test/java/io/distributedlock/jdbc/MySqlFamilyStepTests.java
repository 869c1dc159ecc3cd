package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Busy;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoredLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a step costs on MariaDB or MySQL, and what it does not depend on, by some driver.
 */
@Timeout(60)
abstract class MySqlFamilyStepTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	private final TestDatabase database;

	private final String platform;

	MySqlFamilyStepTests(TestDatabase database, String platform) {
		this.database = database;
		this.platform = platform;
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void aKeySeenBeforeIsAcquiredRenewedAndReleasedByOneStatementEach() throws SQLException {
		try (CountedStore store = new CountedStore()) {
			acquire(store.store, "first");
			release(store.store, "first");
			assertThat(store.statementsOf(() -> acquire(store.store, "second"))).isOne();
			assertThat(store.statementsOf(() -> renew(store.store, "second"))).isOne();
			assertThat(store.statementsOf(() -> release(store.store, "second"))).isOne();
		}
	}

	@Test
	void aContendedAttemptIsTwoStatementsAndTheFirstOfAKeyThree() throws SQLException {
		try (CountedStore store = new CountedStore()) {
			assertThat(store.statementsOf(() -> acquire(store.store, "first"))).isEqualTo(3);
			assertThat(store.statementsOf(() -> acquire(store.store, "second"))).isEqualTo(2);
		}
	}

	@Test
	void aBatchOfRenewalsIsOneStatementAndAnotherIfSomeFailed() throws SQLException {
		try (CountedStore store = new CountedStore()) {
			List<RenewCommand> commands = IntStream.range(0, 200)
				.mapToObj((i) -> new RenewCommand("k" + (i * 7919 % 200), "owner" + i, TTL))
				.toList();
			commands.forEach((each) -> store.store.tryAcquire(command(each.key(), each.owner())));
			assertThat(store.statementsOf(() -> store.store.renewAll(commands))).isOne();
			release(store.store, "k0", "owner0");
			assertThat(store.statementsOf(() -> store.store.renewAll(commands))).isEqualTo(2);
			assertThat(store.store.renewAll(commands)).startsWith(RenewResult.REFUSED)
				.filteredOn(RenewResult.RENEWED::equals)
				.hasSize(199);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "useServerPrepStmts=true", "useServerPrepStmts=true&cachePrepStmts=true",
			"useAffectedRows=true", "allowMultiQueries=true", "connectionTimeZone=Asia/Tokyo" })
	void settingsOfTheDriverDoNotMatter(String settings) {
		try (TestDatabase other = this.database.at((url) -> url + "?" + settings)) {
			JdbcLockStore store = other.store();
			for (String owner : List.of("first", "second")) {
				Granted grant = (Granted) acquire(store, owner);
				assertThat(grant.fencingToken()).isEqualTo(other.number("fencing_token"));
				assertThat(acquire(store, owner)).isEqualTo(grant);
				assertThat(acquire(store, "other")).isInstanceOf(Held.class);
				assertThat(renew(store, owner)).isEqualTo(RenewResult.RENEWED);
				assertThat(store.renew(new RenewCommand("k", owner, Duration.ofSeconds(1))))
					.isEqualTo(RenewResult.RENEWED);
				assertThat(release(store, owner)).isEqualTo(ReleaseResult.RELEASED);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "set time_zone = '+13:00'", "set sql_mode = 'ANSI'", "set sql_mode = ''",
			"set session transaction_isolation = 'SERIALIZABLE'" })
	void settingsOfTheSessionDoNotMatter(String setting) {
		JdbcLockStore plain = this.database.store();
		try (TestDatabase other = this.database.sessionsWith(setting)) {
			JdbcLockStore store = other.store();
			Granted grant = (Granted) acquire(store, "first");
			assertThat(acquire(plain, "first")).isEqualTo(grant);
			assertThat(plain.find("k").map(StoredLock::remaining))
				.hasValueSatisfying((remaining) -> assertThat(remaining).isBetween(Duration.ofSeconds(30), TTL));
			assertThat(renew(store, "first")).isEqualTo(RenewResult.RENEWED);
			assertThat(release(store, "first")).isEqualTo(ReleaseResult.RELEASED);
			assertThat(((Granted) acquire(store, "second")).fencingToken()).isGreaterThan(grant.fencingToken());
		}
	}

	@Test
	void aClockBehindTheLastTokenGivesTheNextTokenAndMinHoldFromNow() {
		JdbcLockStore store = this.database.store();
		acquire(store, "first");
		release(store, "first");
		this.database.execute("update distributed_lock set fencing_token = fencing_token + 3600000000");
		long last = this.database.number("fencing_token");
		Granted grant = (Granted) acquire(store, "second");
		assertThat(grant.fencingToken()).isEqualTo(last + 1);
		assertThat(acquire(store, "second")).isEqualTo(grant);
		store.release(new ReleaseCommand("k", "second", TTL));
		assertThat(store.find("k").map(StoredLock::remaining))
			.hasValueSatisfying((remaining) -> assertThat(remaining).isBetween(Duration.ofSeconds(30), TTL));
	}

	@Test
	void aDeadlockIsTriedAgainThreeTimes() {
		Recorder recorder = new Recorder(this.database.dataSource());
		JdbcLockStore store = JdbcLockStore.open(JdbcLockStoreConfig.of(recorder.dataSource()));
		acquire(store, "first");
		recorder.answer("PreparedStatement.executeUpdate", new SQLException("deadlock", "40001", 1213));
		recorder.takeCalls();
		assertThat(acquire(store, "second")).isEqualTo(new Busy());
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> release(store, "first"))
			.withMessageContaining("1213");
		assertThat(recorder.takeCalls()).filteredOn("PreparedStatement.executeUpdate"::equals).hasSize(6);
	}

	@Test
	void unusedRowsArePurgedExceptThoseInUseOrLocked() throws SQLException {
		JdbcLockStoreConfig config = JdbcLockStoreConfig.of(this.database.dataSource())
			.withRetention(Duration.ofDays(1));
		JdbcLockStore store = JdbcLockStore.open(config);
		for (String key : List.of("held", "locked", "recent", "unused")) {
			store.tryAcquire(command(key, "o"));
		}
		long days = TimeUnit.DAYS.toMicros(2);
		this.database.execute("update distributed_lock set expires_at = expires_at - " + days
				+ ", fencing_token = fencing_token - " + days + " where lock_key in ('locked', 'unused')");
		release(store, "recent", "o");
		try (Connection other = this.database
			.transaction("select * from distributed_lock where lock_key = 'locked' for update")) {
			assertThat(store.purgeSome()).isTrue();
			assertThat(store.purgeSome()).isFalse();
			other.rollback();
		}
		assertThat(keys()).isEqualTo("held,locked,recent");
		store.purgeSome();
		assertThat(keys()).isEqualTo("held,recent");
	}

	@ParameterizedTest
	@ValueSource(strings = { "character set utf8mb4 collate utf8mb4_bin",
			"character set utf8mb4 collate utf8mb4_general_ci", "character set latin1 collate latin1_bin" })
	void aKeyColumnThatTakesKeysForTheSameIsRefused(String type) {
		this.database.execute("alter table distributed_lock modify lock_key varchar(255) " + type + " not null");
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(this.database::store)
			.withMessageContaining("column lock_key (collation " + type.substring(type.lastIndexOf(' ') + 1))
			.withMessageContaining("does not tell all keys apart");
	}

	@Test
	void aMissingTableIsReportedWithTheScriptOfTheDatabase() {
		this.database.execute("drop table distributed_lock");
		assertThatExceptionOfType(MissingLockTableException.class).isThrownBy(this.database::store)
			.satisfies((ex) -> assertThat(ex.scriptLocation()).endsWith("schema-" + this.platform + ".sql"));
	}

	private String keys() throws SQLException {
		try (Connection connection = this.database.dataSource().getConnection();
				Statement statement = connection.createStatement();
				ResultSet row = statement
					.executeQuery("select group_concat(lock_key order by lock_key) from distributed_lock")) {
			row.next();
			return row.getString(1);
		}
	}

	private static AcquireResult acquire(JdbcLockStore store, String owner) {
		return store.tryAcquire(command("k", owner));
	}

	private static RenewResult renew(JdbcLockStore store, String owner) {
		return store.renew(new RenewCommand("k", owner, TTL));
	}

	private static ReleaseResult release(JdbcLockStore store, String owner) {
		return release(store, "k", owner);
	}

	private static ReleaseResult release(JdbcLockStore store, String key, String owner) {
		return store.release(new ReleaseCommand(key, owner, Duration.ZERO));
	}

	private static AcquireCommand command(String key, String owner) {
		return new AcquireCommand(key, owner, "node", TTL);
	}

	/**
	 * A store on one connection, whose statements the server counts.
	 */
	private final class CountedStore implements AutoCloseable {

		private final Connection connection;

		private final JdbcLockStore store;

		CountedStore() throws SQLException {
			this.connection = MySqlFamilyStepTests.this.database.dataSource().getConnection();
			// As the pool of the auto-configuration does.
			this.connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			this.store = JdbcLockStore
				.open(JdbcLockStoreConfig.of(new SingleConnectionDataSource(this.connection, true)));
		}

		long statementsOf(Runnable step) throws SQLException {
			long before = statements();
			step.run();
			return statements() - before - 1;
		}

		private long statements() throws SQLException {
			try (Statement statement = this.connection.createStatement();
					ResultSet row = statement.executeQuery("show session status like 'Questions'")) {
				row.next();
				return row.getLong(2);
			}
		}

		@Override
		public void close() throws SQLException {
			this.connection.close();
		}

	}

}
