package io.distributedlock.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.distributedlock.jdbc.GuardResult.Held;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.ReleaseCommand;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Mutual exclusion of transactions on some database. A holder that nobody tells that its
 * lease has expired adds one to a counter, by reading it first and writing it later, and
 * commits at any moment around the expiry. Another takes the lock over as soon as it can
 * and does the same.
 */
@Timeout(120)
abstract class DatabaseCommitGuardRaceTests {

	private static final int ROUNDS = 300;

	private static final Duration LEASE = Duration.ofMillis(10);

	private final TestDatabase database;

	private final int isolation;

	private final JdbcLockStore store;

	private final ExecutorService other = Executors.newSingleThreadExecutor();

	DatabaseCommitGuardRaceTests(TestDatabase database, int isolation) {
		this.database = database;
		this.isolation = isolation;
		this.store = database.store();
		database.execute("create table counter (id int primary key, n int)");
		database.execute("insert into counter values (1, 0)");
	}

	@AfterEach
	void close() {
		this.other.shutdownNow();
		this.database.close();
	}

	@Test
	void noUpdateIsLostUnderTheGuard() throws Exception {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		int held = 0;
		for (int round = 0; round < ROUNDS; round++) {
			held += race(random, (transaction) -> transaction.guard(this.store, "k") instanceof Held) ? 1 : 0;
		}
		System.out.printf("Seed of %s: %d. Of %d commits around the expiry %d were made%n", getClass().getSimpleName(),
				seed, ROUNDS, held);
		assertThat(held).isPositive();
		assertThat(counter()).isEqualTo(ROUNDS + held);
	}

	/** Shows that the test before can fail. */
	@Test
	void anUpdateIsLostSoonWithoutTheGuard() throws Exception {
		Random random = new Random();
		int commits = 0;
		while (counter() == commits && commits < ROUNDS) {
			race(random, (transaction) -> true);
			commits += 2;
		}
		assertThat(counter()).isLessThan(commits);
	}

	/**
	 * Returns whether the holder committed; the other one always does.
	 */
	private boolean race(Random random, Check mayCommit) throws Exception {
		try (UserTransaction transaction = UserTransaction.notYetBegun(this.database, this.isolation)) {
			takeOver(UserTransaction.ownerOf("k"), LEASE);
			long guardAt = System.nanoTime() + random.nextLong(2 * LEASE.toNanos());
			long commitAt = guardAt + random.nextLong(LEASE.toNanos());
			Future<?> successor = this.other.submit(this::addOneUnderTheLock);
			int n = read(transaction);
			pauseUntil(guardAt);
			transaction.execute("update counter set n = " + (n + 1));
			boolean may = mayCommit.test(transaction);
			pauseUntil(commitAt);
			if (may) {
				transaction.commit();
			}
			else {
				transaction.rollback();
			}
			successor.get(30, TimeUnit.SECONDS);
			return may;
		}
	}

	private Void addOneUnderTheLock() throws SQLException {
		takeOver("successor", Duration.ofMinutes(1));
		try (UserTransaction transaction = UserTransaction.notYetBegun(this.database, this.isolation)) {
			transaction.execute("update counter set n = " + (read(transaction) + 1));
			transaction.commit();
		}
		this.store.release(new ReleaseCommand("k", "successor", Duration.ZERO));
		return null;
	}

	private long counter() {
		return this.database.query("select n from counter");
	}

	private static int read(UserTransaction transaction) throws SQLException {
		return Integer.parseInt(transaction.query("select n from counter").get(0));
	}

	private void takeOver(String owner, Duration ttl) {
		long start = System.nanoTime();
		while (!(this.store.tryAcquire(new AcquireCommand("k", owner, "node", ttl)) instanceof Granted)) {
			assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
			LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
		}
	}

	private static void pauseUntil(long end) {
		while (end - System.nanoTime() > 0) {
			LockSupport.parkNanos(end - System.nanoTime());
		}
	}

	@FunctionalInterface
	private interface Check {

		boolean test(UserTransaction transaction) throws SQLException;

	}

}
