package io.distributedlock.engine;

import java.time.Duration;

/**
 * Deadline arithmetic. A lease is given up a margin before the store can grant the lock
 * to somebody else, counted from before the request was sent: the store cannot have
 * started the ttl earlier.
 */
final class Deadlines {

	private static final long LEAST_MARGIN = Duration.ofMillis(20).toNanos();

	private Deadlines() {
	}

	/**
	 * Returns when a lease must be given up.
	 * @param sent the monotonic time before the request was sent
	 * @param ttl the ttl asked for
	 * @return the deadline by the monotonic clock
	 */
	static long of(long sent, Duration ttl) {
		return sent + ttl.toNanos() - margin(ttl);
	}

	/**
	 * Returns how long before the store's expiry a lease ends here: 1 % of the ttl, at
	 * least 20 ms, but never more than a quarter of it.
	 * @param ttl the ttl
	 * @return nanoseconds
	 */
	static long margin(Duration ttl) {
		long nanos = ttl.toNanos();
		return Math.min(Math.max(LEAST_MARGIN, nanos / 100), nanos / 4);
	}

	/**
	 * Returns the ttl to ask for so that, less its margin, the given one remains.
	 * @param remaining what shall remain
	 * @return a longer ttl
	 */
	static Duration ttlThatLeaves(Duration remaining) {
		return remaining.plusNanos(Math.max(LEAST_MARGIN, remaining.toNanos() / 50));
	}

}
