package io.distributedlock.jdbc;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockListener;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.RenewCommand;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A PostgreSQL server that crashes, loses connections, or becomes a standby. The pool
 * reconnects by itself, some seconds after the server is back.
 */
@Timeout(180)
class PostgresOutageTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final PostgresServer server = new PostgresServer();

	private final TestDatabase database = this.server.newDatabase();

	private final JdbcLockStore store = this.database.store();

	@AfterEach
	void close() {
		this.database.close();
		this.server.close();
	}

	@Test
	void aCrashedServerIsAFailureOfEachStepAndIsUsedAgainOnceItIsBack() throws Exception {
		Granted before = (Granted) acquire("k", "o");
		this.server.crash();
		failsInTime(() -> acquire("k", "o"));
		failsInTime(() -> this.store.renew(new RenewCommand("k", "o", TTL)));
		failsInTime(() -> this.store.release(new ReleaseCommand("k", "o", Duration.ZERO)));
		failsInTime(() -> this.store.find("k"));
		this.server.restart();
		Eventually.holds("a step succeeds", PATIENCE, () -> succeeds(() -> this.store.find("k")));
		assertThat(acquire("k", "o")).isEqualTo(before);
		assertThat(acquire("another", "o")).isInstanceOf(Granted.class);
	}

	@Test
	void aLeaseThatOutlivesACrashGoesOnAndOneThatDoesNotIsLostAtItsDeadline() throws Exception {
		AtomicInteger failures = new AtomicInteger();
		AtomicInteger renewals = new AtomicInteger();
		try (LockEngine locks = engine(new LockListener() {
			@Override
			public void renewalFailed(Lease lease, LockStoreException cause) {
				failures.incrementAndGet();
			}

			@Override
			public void renewed(Lease lease) {
				renewals.incrementAndGet();
			}
		})) {
			Lease lasting = locks.acquire(LockRequest.of("lasting").withTtl(Duration.ofSeconds(45)));
			Lease brief = locks.acquire(LockRequest.of("brief").withTtl(Duration.ofSeconds(2)));
			this.server.crash();
			Eventually.holds("the brief lease is lost", Duration.ofSeconds(10), () -> !brief.isHeld());
			assertThatExceptionOfType(LeaseLostException.class).isThrownBy(brief::ensureHeld)
				.satisfies((lost) -> assertThat(lost.reason()).isEqualTo(LeaseLost.Reason.DEADLINE));
			failures.set(0);
			Eventually.holds("the renewal of the lasting lease fails", PATIENCE, () -> failures.get() > 0);
			this.server.restart();
			renewals.set(0);
			Eventually.holds("the lasting lease is renewed", PATIENCE, () -> renewals.get() > 0);
			assertThat(lasting.isHeld()).isTrue();
			assertThat(this.store.find("lasting")).hasValueSatisfying((held) -> {
				assertThat(held.fencingToken()).isEqualTo(lasting.fencingToken());
				assertThat(held.remaining()).isGreaterThan(Duration.ofSeconds(20));
			});
		}
	}

	@Test
	void terminatedConnectionsCostSomeStepsButNoMore() throws Exception {
		acquire("k", "o");
		try (TestDatabase admin = this.database.at((url) -> url)) {
			admin.execute("select pg_terminate_backend(pid) from pg_stat_activity "
					+ "where datname = current_database() and pid <> pg_backend_pid()");
		}
		Eventually.holds("a step succeeds", PATIENCE,
				() -> succeeds(() -> this.store.renew(new RenewCommand("k", "o", TTL))));
		assertThat(acquire("k", "other")).isNotInstanceOf(Granted.class);
	}

	@Test
	void aHotStandbyIsReadButNotWritten() {
		acquire("held", "o");
		try (PostgresServer standby = this.server.newStandby();
				TestDatabase standbyDatabase = standby.sameDatabase(this.database)) {
			JdbcLockStore standbyStore = standbyDatabase.store();
			assertThat(standbyDatabase.text("select pg_is_in_recovery()")).isEqualTo("t");
			assertThat(standbyStore.find("held")).isPresent();
			PostgresRefusalTests
				.failsForLackOfAPrimary(() -> standbyStore.tryAcquire(new AcquireCommand("k", "o", "node", TTL)));
			PostgresRefusalTests.failsForLackOfAPrimary(
					() -> standbyStore.tryAcquire(new AcquireCommand("held", "other", "node", TTL)));
			PostgresRefusalTests.failsForLackOfAPrimary(() -> standbyStore.renew(new RenewCommand("held", "o", TTL)));
		}
	}

	private LockEngine engine(LockListener listener) {
		return LockEngine.builder()
			.provider(new LockProvider("jdbc", () -> this.store))
			.storeTimeout(Duration.ofSeconds(3))
			.listener(listener)
			.build();
	}

	private AcquireResult acquire(String key, String owner) {
		return this.store.tryAcquire(new AcquireCommand(key, owner, "node", TTL));
	}

	/**
	 * The store timeout is 3 seconds; a busy machine takes some more.
	 */
	private static void failsInTime(ThrowingCallable step) {
		long start = System.nanoTime();
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(step);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
	}

	private static boolean succeeds(Runnable step) {
		try {
			step.run();
			return true;
		}
		catch (LockStoreException ex) {
			return false;
		}
	}

}
