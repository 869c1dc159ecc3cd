package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Rows locked by other transactions, on some database. Its lock timeout is set far above
 * what the tests allow, so that waiting for it would be seen.
 */
@Timeout(60)
abstract class DatabaseContentionTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	final TestDatabase database;

	final JdbcLockStore store;

	private final ExecutorService threads = Executors.newFixedThreadPool(2);

	DatabaseContentionTests(TestDatabase database) {
		this.database = database;
		this.store = database.store();
	}

	@AfterEach
	void close() {
		this.threads.shutdownNow();
		this.database.close();
	}

	@Test
	void aHeldLockIsToldByWhomAlsoWhileItsRowIsLocked() throws SQLException {
		Granted grant = acquire("k", "holder");
		try (Connection other = lockRow("k")) {
			AcquireResult result = soon(() -> this.store.tryAcquire(command("k", "other")));
			assertThat(result).isInstanceOfSatisfying(Held.class, (held) -> {
				assertThat(held.fencingToken()).isEqualTo(grant.fencingToken());
				assertThat(held.node()).isEqualTo("node of holder");
			});
			other.rollback();
		}
	}

	@Test
	void aFreeLockWhoseRowIsLockedIsBusy() throws SQLException {
		acquire("k", "holder");
		this.store.release(new ReleaseCommand("k", "holder", Duration.ZERO));
		try (Connection other = lockRow("k")) {
			assertThat(soon(() -> this.store.tryAcquire(command("k", "other")))).isEqualTo(new Busy());
			other.rollback();
		}
		assertThat(this.store.tryAcquire(command("k", "other"))).isInstanceOf(Granted.class);
	}

	@Test
	void aLockWhoseRowIsBeingDeletedIsNotGranted() throws SQLException {
		acquire("k", "holder");
		this.store.release(new ReleaseCommand("k", "holder", Duration.ZERO));
		try (Connection other = this.database.transaction("delete from distributed_lock where lock_key = 'k'")) {
			assertThat(soon(() -> this.store.tryAcquire(command("k", "other")))).isEqualTo(new Busy());
			other.rollback();
		}
	}

	@Test
	void theHolderAsksAgainWhileItsRowIsLockedAndGetsTheSameGrant() throws SQLException {
		Granted grant = acquire("k", "holder");
		try (Connection other = lockRow("k")) {
			assertThat(soon(() -> this.store.tryAcquire(command("k", "holder")))).isEqualTo(grant);
			other.rollback();
		}
	}

	@Test
	void aGrantWhoseRowIsLockedIsBusyNotRefused() throws SQLException {
		acquire("a", "owner of a");
		acquire("b", "owner of b");
		List<RenewCommand> commands = List.of(new RenewCommand("b", "owner of b", TTL),
				new RenewCommand("a", "owner of a", TTL), new RenewCommand("a", "stranger", TTL));
		try (Connection other = lockRow("a")) {
			assertThat(soon(() -> this.store.renewAll(commands))).containsExactly(RenewResult.RENEWED, RenewResult.BUSY,
					RenewResult.REFUSED);
			other.rollback();
		}
		assertThat(this.store.renewAll(commands)).containsExactly(RenewResult.RENEWED, RenewResult.RENEWED,
				RenewResult.REFUSED);
	}

	@Test
	void aReleaseOfALockedRowFailsSoonAndSaysWhy() throws SQLException {
		acquire("k", "holder");
		ReleaseCommand release = new ReleaseCommand("k", "holder", Duration.ZERO);
		try (Connection other = lockRow("k")) {
			assertThatExceptionOfType(LockStoreException.class)
				.isThrownBy(() -> soon(() -> this.store.release(release)))
				.withMessageContaining("Provider jdbc could not release lock 'k' (table distributed_lock)")
				.withMessageContaining("Another transaction has the row or table locked");
			assertThatExceptionOfType(LockStoreException.class)
				.isThrownBy(() -> soon(() -> this.store.forceRelease("k")))
				.withMessageContaining("release by force lock 'k'");
			other.rollback();
		}
		assertThat(this.store.release(release)).isEqualTo(ReleaseResult.RELEASED);
	}

	@Test
	void otherKeysAreNotConcerned() throws SQLException {
		acquire("k", "holder");
		try (Connection other = lockRow("k")) {
			assertThat(soon(() -> this.store.tryAcquire(command("another", "o")))).isInstanceOf(Granted.class);
			other.rollback();
		}
	}

	@Test
	void ofTwoFirstAcquisitionsOneIsGrantedAndNoneFails() {
		for (int round = 0; round < 200; round++) {
			String key = "round" + round;
			List<AcquireResult> results = together(() -> this.store.tryAcquire(command(key, "one")),
					() -> this.store.tryAcquire(command(key, "two")));
			assertThat(results).as(key).filteredOn(Granted.class::isInstance).hasSize(1);
		}
	}

	private Granted acquire(String key, String owner) {
		return (Granted) this.store.tryAcquire(command(key, owner));
	}

	static AcquireCommand command(String key, String owner) {
		return new AcquireCommand(key, owner, "node of " + owner, TTL);
	}

	private Connection lockRow(String key) {
		return this.database.transaction("select * from distributed_lock where lock_key = '" + key + "' for update");
	}

	/**
	 * Runs a step that must not wait for a locked row.
	 */
	final <T> T soon(Callable<T> step) {
		return get(this.threads.submit(step), Duration.ofSeconds(10));
	}

	private List<AcquireResult> together(Callable<AcquireResult> one, Callable<AcquireResult> other) {
		CyclicBarrier barrier = new CyclicBarrier(2);
		List<Future<AcquireResult>> futures = new ArrayList<>();
		for (Callable<AcquireResult> step : List.of(one, other)) {
			futures.add(this.threads.submit(() -> {
				barrier.await(10, TimeUnit.SECONDS);
				return step.call();
			}));
		}
		return futures.stream().map((future) -> get(future, Duration.ofSeconds(20))).toList();
	}

	private static <T> T get(Future<T> future, Duration patience) {
		try {
			return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RuntimeException failure) {
				throw failure;
			}
			throw new AssertionError(ex.getCause());
		}
		catch (InterruptedException | TimeoutException ex) {
			throw new AssertionError("Still waiting after " + patience, ex);
		}
	}

}
