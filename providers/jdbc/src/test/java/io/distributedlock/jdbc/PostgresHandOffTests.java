package io.distributedlock.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.store.LockProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes on one database, each with connections of its own.
 */
@Timeout(120)
class PostgresHandOffTests {

	private static final LockRequest REQUEST = LockRequest.of("k").withWaitTime(Duration.ofSeconds(60));

	private static final Duration WORK = Duration.ofMillis(5);

	private final TestDatabase oneDatabase = PostgresServer.shared().newDatabase();

	private final TestDatabase otherDatabase = this.oneDatabase.at((url) -> url);

	private final LockEngine one = node("one", this.oneDatabase);

	private final LockEngine other = node("other", this.otherDatabase);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@BeforeEach
	void startListening() throws Exception {
		try (Lease lease = this.one.acquire(LockRequest.of("another"))) {
			assertThat(lease.isHeld()).isTrue();
			LockRequest another = LockRequest.of("another").withWaitTime(Duration.ofSeconds(60));
			List<Future<?>> waiters = List.of(run(() -> closed(this.one.acquire(another))),
					run(() -> closed(this.other.acquire(another))));
			Rows.await(this.oneDatabase, 2, "select node from distributed_lock_waiter");
			lease.close();
			for (Future<?> waiter : waiters) {
				waiter.get(60, TimeUnit.SECONDS);
			}
		}
	}

	@AfterEach
	void close() {
		this.one.close();
		this.other.close();
		this.oneDatabase.close();
		this.otherDatabase.close();
		this.threads.shutdownNow();
	}

	@Test
	void aReleasedLockIsHandedOverAtOnce() throws Exception {
		List<Long> millis = new ArrayList<>();
		LockEngine waiting = this.other;
		Lease held = this.one.acquire(REQUEST);
		for (int i = 0; i < 30; i++) {
			LockEngine waiter = waiting;
			Future<Lease> next = run(() -> waiter.acquire(REQUEST));
			Rows.await(this.oneDatabase, 1, "select node from distributed_lock_waiter where lock_key = 'k'");
			long released = System.nanoTime();
			held.close();
			held = next.get(30, TimeUnit.SECONDS);
			millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - released));
			waiting = (waiting == this.one) ? this.other : this.one;
		}
		held.close();
		Collections.sort(millis);
		assertThat(millis.get(15)).as("median of %s", millis).isLessThan(200);
	}

	@Test
	void nodesThatWaitAllTheTimeAreServedInTurn() throws Exception {
		List<String> grants = Collections.synchronizedList(new ArrayList<>());
		List<Future<?>> workers = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			workers.add(run(() -> workUntil(460, grants, this.one, "one")));
			workers.add(run(() -> workUntil(460, grants, this.other, "other")));
		}
		for (Future<?> worker : workers) {
			worker.get(90, TimeUnit.SECONDS);
		}
		// after some have ended, a node may be alone
		assertThat(handOffs(grants.subList(50, 450))).as("%s", grants).isGreaterThan(200);
	}

	private static String workUntil(int count, List<String> grants, LockEngine node, String name) {
		while (grants.size() < count) {
			try (Lease lease = node.acquire(REQUEST)) {
				assertThat(lease.isHeld()).isTrue();
				grants.add(name);
				// work, so that a node which the machine stops for a moment misses few
				// turns
				LockSupport.parkNanos(WORK.toNanos());
			}
		}
		return name;
	}

	/**
	 * Returns how often the lock went from one node to the other. Not how long the
	 * longest run was: a node that the machine stops for a moment is not in the queue.
	 */
	private static int handOffs(List<String> grants) {
		int handOffs = 0;
		for (int i = 1; i < grants.size(); i++) {
			handOffs += grants.get(i).equals(grants.get(i - 1)) ? 0 : 1;
		}
		return handOffs;
	}

	private <T> Future<T> run(Callable<T> work) {
		return this.threads.submit(work);
	}

	private static Lease closed(Lease lease) {
		lease.close();
		return lease;
	}

	private static LockEngine node(String id, TestDatabase database) {
		return LockEngine.builder().nodeId(id).provider(new LockProvider("jdbc", database::store)).build();
	}

}
