package io.distributedlock.benchmarks.handoff;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockRequest;

/**
 * Acquires and releases the one lock, and notes when. For one thread.
 */
final class LockHolder {

	private static final LockRequest LOCK = LockRequest.of("handed-around").withWaitTime(Duration.ofMinutes(2));

	private final String node;

	private final DistributedLocks locks;

	LockHolder(String node, DistributedLocks locks) {
		this.node = node;
		this.locks = locks;
	}

	Hold hold(Runnable work) {
		Lease lease = this.locks.acquire(LOCK);
		long acquired = System.nanoTime();
		work.run();
		long released = System.nanoTime();
		lease.close();
		return new Hold(this.node, lease.fencingToken(), acquired, released);
	}

	/**
	 * Holds the lock again and again until a moment.
	 * @param endNanos the moment
	 * @param holdNanos for how long each time
	 * @return what came of it
	 */
	List<Hold> holdUntil(long endNanos, long holdNanos) {
		List<Hold> holds = new ArrayList<>();
		while (System.nanoTime() < endNanos) {
			holds.add(hold(() -> LockSupport.parkNanos(holdNanos)));
		}
		return holds;
	}

}
