package io.distributedlock.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import io.distributedlock.time.TimeSource;

/**
 * Notices that the machine was suspended: the wall clock then jumps ahead of the
 * monotonic one, which may have stood still while leases expired in the store. The leases
 * are renewed at once, and lost if the store refuses. Runs while there are leases.
 */
final class SuspensionWatch {

	private static final Duration INTERVAL = Duration.ofSeconds(1);

	private static final Duration JUMP = Duration.ofMillis(500);

	private final TimeSource time;

	private final EngineThreads threads;

	private final BooleanSupplier leasesExist;

	private final Runnable renewAll;

	private final ReentrantLock mutex = new ReentrantLock();

	private boolean running;

	SuspensionWatch(TimeSource time, EngineThreads threads, BooleanSupplier leasesExist, Runnable renewAll) {
		this.time = time;
		this.threads = threads;
		this.leasesExist = leasesExist;
		this.renewAll = renewAll;
	}

	void start() {
		this.mutex.lock();
		try {
			if (!this.running) {
				this.running = true;
				scheduleCheck();
			}
		}
		finally {
			this.mutex.unlock();
		}
	}

	private void scheduleCheck() {
		Instant wall = this.time.now();
		long monotonic = this.time.nanoTime();
		this.threads.schedule(INTERVAL, () -> check(wall, monotonic));
	}

	private void check(Instant wall, long monotonic) {
		Duration elapsed = Duration.ofNanos(this.time.nanoTime() - monotonic);
		boolean jumped = Duration.between(wall, this.time.now()).minus(elapsed).compareTo(JUMP) > 0;
		if (jumped) {
			this.renewAll.run();
		}
		this.mutex.lock();
		try {
			this.running = this.leasesExist.getAsBoolean();
			if (this.running) {
				scheduleCheck();
			}
		}
		finally {
			this.mutex.unlock();
		}
	}

}
