package io.distributedlock.engine;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.distributedlock.time.TimeSource;

/**
 * Keeps warnings of one kind down to a few a minute. Thread-safe.
 */
final class WarningLimit {

	private static final Duration PERIOD = Duration.ofMinutes(1);

	private final TimeSource time;

	private final int perPeriod;

	private final ReentrantLock mutex = new ReentrantLock();

	private long periodBegan;

	private int written;

	private long leftOut;

	WarningLimit(TimeSource time, int perPeriod) {
		this.time = time;
		this.perPeriod = perPeriod;
		this.periodBegan = time.nanoTime();
	}

	/**
	 * Writes a warning, or counts it.
	 * @param line writes it, with what it is to end with: how many were left out before,
	 * if any
	 */
	void warn(Consumer<String> line) {
		String end;
		this.mutex.lock();
		try {
			long now = this.time.nanoTime();
			if (now - this.periodBegan >= PERIOD.toNanos()) {
				this.periodBegan = now;
				this.written = 0;
			}
			if (this.written == this.perPeriod) {
				this.leftOut++;
				return;
			}
			this.written++;
			end = (this.leftOut > 0) ? " (%d more like this were not logged)".formatted(this.leftOut) : "";
			this.leftOut = 0;
		}
		finally {
			this.mutex.unlock();
		}
		line.accept(end);
	}

}
