package io.distributedlock.test;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sees who enters and leaves what a lock protects, and finds out holders that overlap and
 * tokens that do not grow.
 */
final class Witness {

	private final AtomicInteger inside = new AtomicInteger();

	private final AtomicInteger grants = new AtomicInteger();

	private final AtomicLong lastToken = new AtomicLong();

	/**
	 * To be called after the lock was granted.
	 */
	void enter(long fencingToken) {
		int holders = this.inside.incrementAndGet();
		if (holders != 1) {
			throw new AssertionError("The lock has %d holders at once".formatted(holders));
		}
		long last = this.lastToken.getAndSet(fencingToken);
		if (fencingToken <= last) {
			throw new AssertionError("The token %d was granted after %d".formatted(fencingToken, last));
		}
		this.grants.incrementAndGet();
	}

	/**
	 * To be called before the lock is released.
	 */
	void leave() {
		this.inside.decrementAndGet();
	}

	int grants() {
		return this.grants.get();
	}

}
