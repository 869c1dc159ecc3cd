package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.distributedlock.LockStoreException;
import io.distributedlock.jdbc.GuardResult.Held;
import io.distributedlock.jdbc.GuardResult.Lost;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Busy;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Guarded transactions on some database, at an isolation at which it guards. Its lock
 * timeout is far above what the tests allow, so that waiting for it would be seen.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DatabaseCommitGuardTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	final TestDatabase database;

	final JdbcLockStore store;

	@Parameter
	int isolation;

	private final ExecutorService threads = Executors.newFixedThreadPool(3);

	DatabaseCommitGuardTests(TestDatabase database) {
		this.database = database;
		this.store = database.store();
		database.execute("create table work (id int)");
	}

	@BeforeEach
	void empty() {
		this.database.execute("delete from distributed_lock");
		this.database.execute("delete from work");
	}

	@AfterAll
	void close() {
		this.threads.shutdownNow();
		this.database.close();
	}

	@Test
	void aGrantInForceIsHeldAndTheWorkIsCommitted() throws SQLException {
		acquire("k");
		try (UserTransaction transaction = begin()) {
			transaction.execute("insert into work values (1)");
			assertThat(transaction.guard(this.store, "k")).isInstanceOf(Held.class);
			transaction.commit();
		}
		assertThat(this.database.query("select count(*) from work")).isOne();
	}

	@Test
	void theLockOfAGuardedTransactionIsContendedAtOnce() throws SQLException {
		Granted grant = acquire("k");
		try (UserTransaction transaction = begin()) {
			transaction.guard(this.store, "k");
			assertThat(soon(() -> tryAcquire("k"))).isInstanceOfSatisfying(AcquireResult.Held.class,
					(held) -> assertThat(held.fencingToken()).isEqualTo(grant.fencingToken()));
		}
	}

	@Test
	void nobodyTakesALockOverWhileItIsGuardedAlsoAfterItHasExpired() throws Exception {
		acquire("k", Duration.ofMillis(200));
		try (UserTransaction transaction = begin()) {
			assertThat(transaction.guard(this.store, "k")).isInstanceOf(Held.class);
			Eventually.holds("the lease expires", Duration.ofSeconds(10), () -> this.store.find("k").isEmpty());
			assertThat(soon(() -> tryAcquire("k"))).isEqualTo(new Busy());
			transaction.commit();
		}
		assertThat(tryAcquire("k")).isInstanceOf(Granted.class);
	}

	@Test
	void aRenewalOfAGuardedGrantIsBusyUntilTheTransactionEnds() throws SQLException {
		acquire("k");
		RenewCommand renewal = new RenewCommand("k", UserTransaction.ownerOf("k"), TTL);
		try (UserTransaction transaction = begin()) {
			transaction.guard(this.store, "k");
			assertThat(soon(() -> this.store.renew(renewal))).isEqualTo(RenewResult.BUSY);
			transaction.commit();
		}
		assertThat(this.store.renew(renewal)).isEqualTo(RenewResult.RENEWED);
	}

	@Test
	void aReleaseOfAGuardedGrantFailsSoonAndSucceedsLater() throws SQLException {
		acquire("k");
		ReleaseCommand release = new ReleaseCommand("k", UserTransaction.ownerOf("k"), Duration.ZERO);
		try (UserTransaction transaction = begin()) {
			transaction.guard(this.store, "k");
			assertThatExceptionOfType(LockStoreException.class)
				.isThrownBy(() -> soon(() -> this.store.release(release)))
				.withMessageContaining("has the row or table locked");
			assertThatExceptionOfType(LockStoreException.class)
				.isThrownBy(() -> soon(() -> this.store.forceRelease("k")));
			transaction.rollback();
		}
		assertThat(this.store.release(release)).isEqualTo(ReleaseResult.RELEASED);
	}

	@Test
	void otherLocksAreNotConcerned() throws SQLException {
		acquire("a");
		acquire("k");
		acquire("m");
		try (UserTransaction transaction = begin()) {
			transaction.guard(this.store, "a", "m");
			assertThat(soon(() -> tryAcquire("another"))).isInstanceOf(Granted.class);
			assertThat(soon(() -> this.store.renew(new RenewCommand("k", UserTransaction.ownerOf("k"), TTL))))
				.isEqualTo(RenewResult.RENEWED);
			assertThat(soon(() -> this.store.forceRelease("k"))).isTrue();
		}
	}

	@Test
	void aGrantTakenOverIsLost() throws Exception {
		acquire("k", Duration.ofMillis(1));
		try (UserTransaction transaction = begin()) {
			Eventually.holds("another takes over", Duration.ofSeconds(10), () -> tryAcquire("k") instanceof Granted);
			assertThat(transaction.guard(this.store, "k")).isEqualTo(lost("k"));
		}
	}

	@Test
	void aGrantThatExpiredIsLost() throws Exception {
		acquire("k", Duration.ofMillis(1));
		try (UserTransaction transaction = begin()) {
			Eventually.holds("the lease expires", Duration.ofSeconds(10), () -> this.store.find("k").isEmpty());
			assertThat(transaction.guard(this.store, "k")).isEqualTo(lost("k"));
		}
	}

	@Test
	void aReleasedGrantIsLostAlsoWhileMinHoldLasts() throws SQLException {
		acquire("k");
		try (UserTransaction transaction = begin()) {
			this.store.release(new ReleaseCommand("k", UserTransaction.ownerOf("k"), TTL));
			assertThat(transaction.guard(this.store, "k")).isEqualTo(lost("k"));
		}
	}

	@Test
	void aGrantReleasedByForceIsLost() throws SQLException {
		acquire("k");
		try (UserTransaction transaction = begin()) {
			this.store.forceRelease("k");
			assertThat(transaction.guard(this.store, "k")).isEqualTo(lost("k"));
		}
	}

	@Test
	void aGrantWhoseRowIsGoneIsLost() throws SQLException {
		acquire("k");
		try (UserTransaction transaction = begin()) {
			this.database.execute("delete from distributed_lock");
			assertThat(transaction.guard(this.store, "k")).isEqualTo(lost("k"));
		}
	}

	@Test
	void ofSeveralGrantsThoseThatAreOverAreTold() throws SQLException {
		acquire("a");
		acquire("b");
		acquire("c");
		this.store.forceRelease("a");
		this.store.forceRelease("c");
		try (UserTransaction transaction = begin()) {
			assertThat(transaction.guard(this.store, "c", "b", "a")).isEqualTo(lost("a", "c"));
		}
	}

	@Test
	void aRenewalSinceTheTransactionBeganIsNoLoss() throws SQLException {
		acquire("k", Duration.ofSeconds(5));
		try (UserTransaction transaction = begin()) {
			this.store.renew(new RenewCommand("k", UserTransaction.ownerOf("k"), TTL));
			assertThat(transaction.guard(this.store, "k")).isInstanceOf(Held.class);
			transaction.commit();
		}
	}

	@Test
	void aRenewalUnderWayIsWaitedFor() throws Exception {
		acquire("k");
		try (UserTransaction transaction = begin();
				Connection renewal = this.database
					.transaction("update distributed_lock set expires_at = expires_at + 1")) {
			Future<GuardResult> result = this.threads.submit(() -> transaction.guard(this.store, "k"));
			TimeUnit.MILLISECONDS.sleep(50);
			assertThat(result).isNotDone();
			renewal.commit();
			assertThat(get(result)).isInstanceOf(Held.class);
			transaction.commit();
		}
	}

	@Test
	void aTakeoverUnderWayIsALossOnceItIsCommitted() throws Exception {
		acquire("k");
		try (UserTransaction transaction = begin();
				Connection other = this.database.transaction("update distributed_lock set owner = 'other'")) {
			Future<GuardResult> result = this.threads.submit(() -> transaction.guard(this.store, "k"));
			TimeUnit.MILLISECONDS.sleep(50);
			other.commit();
			assertThat(get(result)).isEqualTo(lost("k"));
		}
	}

	@Test
	void aRowThatOthersKeepLockedIsAFailureWithinTheStoreTimeout() throws SQLException {
		acquire("k");
		try (UserTransaction transaction = begin();
				Connection other = this.database
					.transaction("update distributed_lock set expires_at = expires_at + 1")) {
			long start = System.nanoTime();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> transaction.guard(this.store, "k"));
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofSeconds(1),
					Duration.ofSeconds(3));
			other.rollback();
		}
	}

	@Test
	void aTransactionMayBeGuardedTwice() throws SQLException {
		acquire("a");
		acquire("b");
		try (UserTransaction transaction = begin()) {
			transaction.guard(this.store, "b");
			assertThat(transaction.guard(this.store, "a", "b")).isInstanceOf(Held.class);
			transaction.commit();
		}
	}

	@Test
	void guardsOfTheSameLocksInAnyOrderDoNotDeadlock() throws Exception {
		long seed = System.nanoTime();
		System.out.println("Seed of guards in any order: " + seed);
		Random random = new Random(seed);
		List.of("a", "b", "c").forEach(this::acquire);
		Random other = new Random(random.nextLong());
		Future<?> one = this.threads.submit(() -> guardManyTimes(random));
		Future<?> two = this.threads.submit(() -> guardManyTimes(other));
		get(one);
		get(two);
	}

	private Void guardManyTimes(Random random) throws SQLException {
		List<String[]> orders = List.of(new String[] { "a", "b", "c" }, new String[] { "c", "b", "a" },
				new String[] { "b", "c" }, new String[] { "c", "a" });
		for (int round = 0; round < 100; round++) {
			try (UserTransaction transaction = begin()) {
				transaction.execute("insert into work values (1)");
				assertThat(transaction.guard(this.store, orders.get(random.nextInt(orders.size()))))
					.isInstanceOf(Held.class);
				transaction.commit();
			}
		}
		return null;
	}

	@Test
	void guardsNeverFindALeaseLostThatIsRenewedAndWantedByOthersMeanwhile() throws Exception {
		acquire("a", Duration.ofSeconds(10));
		acquire("b", Duration.ofSeconds(10));
		List<RenewCommand> renewals = List.of(new RenewCommand("a", UserTransaction.ownerOf("a"), TTL),
				new RenewCommand("b", UserTransaction.ownerOf("b"), TTL));
		AtomicBoolean over = new AtomicBoolean();
		Future<?> renewing = this.threads.submit(() -> {
			while (!over.get()) {
				assertThat(this.store.renewAll(renewals)).doesNotContain(RenewResult.REFUSED);
			}
		});
		Future<?> contending = this.threads.submit(() -> {
			while (!over.get()) {
				assertThat(tryAcquire("a")).isNotInstanceOf(Granted.class);
			}
		});
		try {
			for (int round = 0; round < 200; round++) {
				try (UserTransaction transaction = begin()) {
					transaction.execute("insert into work values (1)");
					assertThat(transaction.guard(this.store, "b", "a")).isInstanceOf(Held.class);
					transaction.commit();
				}
			}
		}
		finally {
			over.set(true);
		}
		get(renewing);
		get(contending);
	}

	@Test
	void aConnectionInAutoCommitIsRefused() throws SQLException {
		try (Connection connection = this.database.dataSource().getConnection()) {
			List<CommitGuard.Grant> grants = List.of(new CommitGuard.Grant("k", "o"));
			assertThatIllegalArgumentException().isThrownBy(() -> this.store.commitGuard().guard(connection, grants))
				.withMessageContaining("auto-commit");
		}
	}

	final UserTransaction begin() throws SQLException {
		return UserTransaction.begin(this.database, this.isolation);
	}

	final Granted acquire(String key) {
		return acquire(key, TTL);
	}

	final Granted acquire(String key, Duration ttl) {
		return (Granted) this.store
			.tryAcquire(new AcquireCommand(key, UserTransaction.ownerOf(key), "node of the owner", ttl));
	}

	private AcquireResult tryAcquire(String key) {
		return this.store.tryAcquire(new AcquireCommand(key, "another", "another node", TTL));
	}

	static Lost lost(String... keys) {
		return new Lost(Set.copyOf(List.of(keys).stream().map(UserTransaction::ownerOf).toList()));
	}

	/**
	 * Runs a step that must not wait for a guarded row.
	 */
	final <T> T soon(Callable<T> step) {
		return get(this.threads.submit(step));
	}

	static <T> T get(Future<T> future) {
		try {
			return future.get(10, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RuntimeException failure) {
				throw failure;
			}
			throw new AssertionError(ex.getCause());
		}
		catch (InterruptedException | TimeoutException ex) {
			throw new AssertionError("Still waiting", ex);
		}
	}

}
