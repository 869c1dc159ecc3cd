package io.distributedlock.redis;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for what has to happen sooner or later on a real server.
 */
final class Eventually {

	private static final Duration PAUSE = Duration.ofMillis(10);

	private Eventually() {
	}

	/**
	 * Waits for a condition.
	 * @param what told if it does not come true
	 * @param patience how long to wait
	 * @param condition checked again and again
	 */
	static void holds(String what, Duration patience, Callable<Boolean> condition) throws Exception {
		long start = System.nanoTime();
		while (!condition.call()) {
			if (System.nanoTime() - start > patience.toNanos()) {
				throw new AssertionError("Not within %s: %s".formatted(patience, what));
			}
			LockSupport.parkNanos(PAUSE.toNanos());
		}
	}

}
