package io.distributedlock.jdbc;

import java.sql.SQLException;
import java.time.Duration;

import io.distributedlock.jdbc.GuardResult.Held;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Granted;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A holder that freezes between guard and commit, on a database that ends transactions
 * for being idle.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DatabaseFrozenHolderTests {

	private static final Duration TTL = Duration.ofSeconds(3);

	private static final Duration STORE_TIMEOUT = Duration.ofSeconds(1);

	/** For a busy machine. Other timeouts of the servers are far longer. */
	private static final Duration LATENESS = Duration.ofSeconds(5);

	final TestDatabase database;

	/** Its bound is one second. */
	final JdbcLockStore store;

	/** Its bound is one minute: settings are looked at in peace. */
	final JdbcLockStore patientStore;

	private final int isolation;

	DatabaseFrozenHolderTests(TestDatabase database, int isolation) {
		this.database = database;
		this.isolation = isolation;
		JdbcLockStoreConfig config = JdbcLockStoreConfig.of(database.dataSource());
		this.store = JdbcLockStore.open(config.withStoreTimeout(STORE_TIMEOUT));
		this.patientStore = JdbcLockStore.open(config.withStoreTimeout(Duration.ofMinutes(1)));
		database.execute("create table work (id int)");
	}

	@BeforeEach
	void empty() {
		this.database.execute("delete from distributed_lock");
		this.database.execute("delete from work");
	}

	@AfterAll
	void close() {
		this.database.close();
	}

	@Test
	void theLockIsTakenOverAndTheCommitFails() throws Exception {
		try (UserTransaction frozen = begin()) {
			frozen.execute("insert into work values (1)");
			freezeAndLose(frozen);
		}
		assertThat(this.database.query("select count(*) from work")).isZero();
	}

	@Test
	void theLockIsTakenOverAlsoIfNothingWasWritten() throws Exception {
		try (UserTransaction frozen = begin()) {
			freezeAndLose(frozen);
		}
	}

	private void freezeAndLose(UserTransaction frozen) throws Exception {
		acquire("k", TTL);
		long start = System.nanoTime();
		Held held = (Held) frozen.guard(this.store, "k");
		Eventually.holds("another takes over", TTL.plus(STORE_TIMEOUT).plus(LATENESS),
				() -> tryAcquire("k", "another", TTL) instanceof Granted);
		System.out.printf("%s: taken over after %d ms%n", getClass().getSimpleName(),
				Duration.ofNanos(System.nanoTime() - start).toMillis());
		assertThatExceptionOfType(SQLException.class).isThrownBy(frozen::commit);
		held.afterCompletion().run();
		assertThat(frozen.connection().isClosed()).isTrue();
	}

	final UserTransaction begin() throws SQLException {
		return UserTransaction.begin(this.database, this.isolation);
	}

	final Held guard(UserTransaction transaction, String key) throws SQLException {
		return (Held) transaction.guard(this.patientStore, key);
	}

	final void acquire(String key, Duration ttl) {
		assertThat(tryAcquire(key, UserTransaction.ownerOf(key), ttl)).isInstanceOf(Granted.class);
	}

	private AcquireResult tryAcquire(String key, String owner, Duration ttl) {
		return this.store.tryAcquire(new AcquireCommand(key, owner, "node", ttl));
	}

}
