package io.distributedlock.engine;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

import io.distributedlock.time.TimeSource;

/**
 * Keeps warnings of one kind down to ten a minute, and tells at its end how many were
 * left out. Thread-safe.
 */
final class WarningLimit {

	private static final Duration PERIOD = Duration.ofMinutes(1);

	private static final int PER_PERIOD = 10;

	private final TimeSource time;

	private final EngineThreads threads;

	private final LongConsumer leftOutLine;

	private final ReentrantLock mutex = new ReentrantLock();

	private long periodBegan;

	private int written;

	private long leftOut;

	/**
	 * Creates an instance.
	 * @param time tells how long a minute is
	 * @param threads where the end of a minute is noticed
	 * @param leftOutLine writes how many warnings were left out
	 */
	WarningLimit(TimeSource time, EngineThreads threads, LongConsumer leftOutLine) {
		this.time = time;
		this.threads = threads;
		this.leftOutLine = leftOutLine;
		this.periodBegan = time.nanoTime();
	}

	/**
	 * Writes a warning, or counts it.
	 * @param line writes it
	 */
	void warn(Runnable line) {
		if (admit()) {
			line.run();
		}
	}

	private boolean admit() {
		this.mutex.lock();
		try {
			long passed = this.time.nanoTime() - this.periodBegan;
			if (passed >= PERIOD.toNanos()) {
				this.periodBegan += passed;
				this.written = 0;
				passed = 0;
			}
			if (this.written < PER_PERIOD) {
				this.written++;
				return true;
			}
			if (this.leftOut++ == 0) {
				this.threads.schedule(PERIOD.minusNanos(passed),
						() -> this.threads.callbacks().execute(this::tellLeftOut));
			}
			return false;
		}
		finally {
			this.mutex.unlock();
		}
	}

	private void tellLeftOut() {
		long count;
		this.mutex.lock();
		try {
			count = this.leftOut;
			this.leftOut = 0;
		}
		finally {
			this.mutex.unlock();
		}
		this.leftOutLine.accept(count);
	}

}
