package io.distributedlock.engine;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

import io.distributedlock.engine.EngineThreads.Cancellation;

/**
 * When a lease is renewed: a third of its ttl after the last renewal was sent, and sooner
 * after one that did not succeed. Goes on until it is stopped, whatever a renewal throws.
 * Thread-safe.
 */
final class LeaseRenewal {

	private static final int LONGEST_BACK_OFF = 6;

	private static final int SHORTEST_BACK_OFF = 60;

	private final LockSpace space;

	private final HeldLease lease;

	private final Duration ttl;

	private final ReentrantLock mutex = new ReentrantLock();

	private int failures;

	private boolean stopped;

	private Cancellation next = () -> {
	};

	LeaseRenewal(LockSpace space, HeldLease lease, Duration ttl) {
		this.space = space;
		this.lease = lease;
		this.ttl = ttl;
	}

	/**
	 * Schedules the renewal after a successful one.
	 * @param sent when that one was sent
	 */
	void scheduleNext(long sent) {
		atomically(() -> {
			this.failures = 0;
			long elapsed = this.space.time().nanoTime() - sent;
			schedule(this.ttl.dividedBy(3).minusNanos(elapsed));
		});
	}

	/**
	 * Schedules the renewal after an unsuccessful one, backing off from a sixtieth to a
	 * sixth of the ttl.
	 */
	void retry() {
		atomically(() -> {
			Duration longest = this.ttl.dividedBy(LONGEST_BACK_OFF);
			Duration delay = this.ttl.dividedBy(SHORTEST_BACK_OFF).multipliedBy(1L << Math.min(this.failures++, 10));
			schedule((delay.compareTo(longest) < 0) ? delay : longest);
		});
	}

	void stop() {
		atomically(() -> {
			this.stopped = true;
			this.next.cancel();
		});
	}

	private void atomically(Runnable step) {
		this.mutex.lock();
		try {
			step.run();
		}
		finally {
			this.mutex.unlock();
		}
	}

	private void schedule(Duration delay) {
		this.next.cancel();
		if (!this.stopped) {
			this.next = this.space.threads().schedule(delay, () -> this.space.renewals().due(this.lease));
		}
	}

}
