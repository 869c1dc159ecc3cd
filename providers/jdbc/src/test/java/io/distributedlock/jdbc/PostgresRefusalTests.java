package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

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
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A PostgreSQL server that answers, but does not do what it is asked to.
 */
@Timeout(60)
@ResourceLock(PostgresRefusalTests.TIMER)
class PostgresRefusalTests {

	/**
	 * The driver has one thread to cancel statements. While it tries to in a network that
	 * swallows everything, other statements are cancelled late.
	 */
	static final String TIMER = "timer of PostgreSQL's driver";

	private static final Duration TTL = Duration.ofMinutes(1);

	private final TestDatabase database = PostgresServer.shared().newDatabase();

	private final JdbcLockStore store = this.database.store();

	@AfterEach
	void close() {
		this.database.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "40001", "40P01" })
	void aStepUndoneInFavourOfOthersIsRepeated(String state) {
		undo(2, state);
		assertThat(acquire("k")).isInstanceOf(Granted.class);
		undo(2, state);
		assertThat(this.store.renew(new RenewCommand("k", "o", TTL))).isEqualTo(RenewResult.RENEWED);
		undo(2, state);
		assertThat(this.store.release(new ReleaseCommand("k", "o", Duration.ZERO))).isEqualTo(ReleaseResult.RELEASED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "40001", "40P01" })
	void anAcquisitionThatIsUndoneAgainAndAgainIsBusyAfterThreeAttempts(String state) {
		undo(1_000, state);
		assertThat(acquire("k")).isEqualTo(new Busy());
		assertThat(this.database.query("select last_value from undone")).isEqualTo(3);
	}

	@Test
	void aRenewalOrReleaseThatIsUndoneAgainAndAgainFailsAfterThreeAttempts() {
		acquire("k");
		undo(1_000, "40P01");
		fails(() -> this.store.renew(new RenewCommand("k", "o", TTL)), "It lost against other transactions");
		fails(() -> this.store.release(new ReleaseCommand("k", "o", Duration.ZERO)),
				"It lost against other transactions");
		assertThat(this.database.query("select last_value from undone")).isEqualTo(6);
	}

	@Test
	void aHeldLockIsHeldWhateverBecomesOfWrites() {
		acquire("k");
		undo(1_000, "40001");
		assertThat(this.store.tryAcquire(new AcquireCommand("k", "other", "node", TTL))).isInstanceOf(Held.class);
	}

	@Test
	void aTableLockedByDdlIsAFailureWithinTheStoreTimeout() throws SQLException {
		acquire("held");
		try (Connection ddl = this.database.transaction("lock table distributed_lock in access exclusive mode")) {
			long start = System.nanoTime();
			fails(() -> acquire("k"), "within the store timeout of 3000 ms", "whether the table is locked");
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
			fails(() -> this.store.renew(new RenewCommand("held", "o", TTL)), "whether the table is locked");
			ddl.rollback();
		}
		assertThat(acquire("k")).isInstanceOf(Granted.class);
	}

	@Test
	void aCancelledAcquisitionLeavesNothingBehind() throws Exception {
		try (Connection ddl = this.database.transaction("lock table distributed_lock in access exclusive mode")) {
			fails(() -> acquire("k"), "SQLState 57014");
			ddl.rollback();
		}
		Eventually.holds("no statement runs", Duration.ofSeconds(10), () -> this.database.query(
				"select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() "
						+ "and state = 'active'") == 0);
		assertThat(this.store.find("k")).isEmpty();
	}

	@Test
	void aTableLockedForLongerThanTheServersLockTimeoutIsAFailureNotContention() throws SQLException {
		try (TestDatabase impatient = this.database.sessionsWith("set lock_timeout = 100")) {
			JdbcLockStore impatientStore = impatient.store();
			try (Connection ddl = this.database.transaction("lock table distributed_lock in access exclusive mode")) {
				fails(() -> impatientStore.tryAcquire(new AcquireCommand("k", "o", "node", TTL)), "SQLState 55P03",
						"Another transaction has the row or table locked");
				ddl.rollback();
			}
		}
	}

	@Test
	void aReadOnlyDatabaseIsAFailureThatSaysSo() {
		acquire("held");
		this.database.execute("alter database %s set default_transaction_read_only = on"
			.formatted(this.database.text("select current_database()")));
		try (TestDatabase readOnly = this.database.at((url) -> url)) {
			JdbcLockStore readOnlyStore = readOnly.store();
			failsForLackOfAPrimary(() -> readOnlyStore.tryAcquire(new AcquireCommand("k", "o", "node", TTL)));
			failsForLackOfAPrimary(() -> readOnlyStore.tryAcquire(new AcquireCommand("held", "other", "node", TTL)));
			failsForLackOfAPrimary(() -> readOnlyStore.renew(new RenewCommand("held", "o", TTL)));
			failsForLackOfAPrimary(() -> readOnlyStore.release(new ReleaseCommand("held", "o", TTL)));
		}
	}

	@Test
	void aPoolWhoseSessionsAreReadOnlyIsMadeWritable() {
		try (TestDatabase readOnly = this.database.at((url) -> url + "&readOnlyMode=always")) {
			readOnly.dataSource().setReadOnly(true);
			assertThat(readOnly.store().tryAcquire(new AcquireCommand("k", "o", "node", TTL)))
				.isInstanceOf(Granted.class);
		}
	}

	@Test
	void aServerThatForgetsInACrashIsWarnedOf() {
		try (LogWatch log = new LogWatch(JdbcLockStore.class)) {
			this.database.store();
			assertThat(log.messagesWith("synchronous_commit")).isEmpty();
			try (TestDatabase forgetful = this.database.sessionsWith("set synchronous_commit = off")) {
				forgetful.store();
			}
			assertThat(log.messagesWith("WARN Provider jdbc: synchronous_commit is off")).hasSize(1);
		}
	}

	static void failsForLackOfAPrimary(ThrowingCallable step) {
		fails(step, "SQLState 25006", "The server is read-only, for example a standby: connect to the primary");
	}

	private static void fails(ThrowingCallable step, String... messages) {
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(step)
			.satisfies((failure) -> assertThat(failure).message().contains(messages));
	}

	private AcquireResult acquire(String key) {
		return this.store.tryAcquire(new AcquireCommand(key, "o", "node", TTL));
	}

	/**
	 * Lets the next writes to the table fail with a SQLState. A sequence counts them,
	 * since it is not rolled back.
	 */
	private void undo(int times, String state) {
		this.database.execute("drop sequence if exists undone; create sequence undone;");
		this.database.execute("""
				create or replace function undo() returns trigger language plpgsql as $$
				begin
					if nextval('undone') <= %d then
						raise exception 'undone' using errcode = '%s';
					end if;
					return new;
				end $$;
				create or replace trigger undo before insert or update on distributed_lock
				for each row execute function undo()
				""".formatted(times, state));
	}

}
