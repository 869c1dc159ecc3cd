package io.distributedlock.time;

import java.time.Instant;

/**
 * This node's clocks. Thread-safe.
 */
public interface TimeSource {

	/**
	 * Returns the monotonic clock, the only one that deadlines are computed with.
	 * @return nanoseconds since some fixed moment, as {@link System#nanoTime()}
	 */
	long nanoTime();

	/**
	 * Returns the wall clock, which may jump.
	 * @return the current time
	 */
	Instant now();

	/**
	 * Returns the clocks of the machine.
	 * @return the system's time
	 */
	static TimeSource system() {
		return SystemTimeSource.INSTANCE;
	}

}
