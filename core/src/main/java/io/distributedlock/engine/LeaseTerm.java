package io.distributedlock.engine;

import java.time.Duration;

import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.time.TimeSource;

/**
 * Until when a lease lasts: here, and at the latest in the store. Only ever grows, and
 * not beyond its limit. Changed by the holder of the lease's store command alone, read by
 * any thread.
 */
final class LeaseTerm {

	private final TimeSource time;

	private final HoldLimit limit;

	private volatile long deadline;

	/** The latest time at which the store may end the grant by itself. */
	private volatile long storeExpiry;

	LeaseTerm(TimeSource time, ResolvedRequest request, long sent) {
		this.time = time;
		this.limit = HoldLimit.of(request, sent);
		this.deadline = this.limit.cap(Deadlines.of(sent, request.ttl()));
		this.storeExpiry = now() + request.ttl().toNanos();
	}

	/**
	 * Returns the time until the deadline.
	 * @return nanoseconds, zero or negative once it has passed
	 */
	long left() {
		return this.deadline - now();
	}

	boolean canGrow() {
		return !this.limit.isReached(this.deadline);
	}

	Reason reasonToEnd() {
		return canGrow() ? Reason.DEADLINE : Reason.MAX_HOLD;
	}

	long storeExpiry() {
		return this.storeExpiry;
	}

	/** Returns the ttl, or the time that the limit leaves if that is less. */
	Duration cap(Duration ttl) {
		return this.limit.cap(ttl, now());
	}

	/** Refuses an extension beyond the limit. */
	void check(Duration ttl, String key) {
		this.limit.check(ttl, now(), key);
	}

	/**
	 * Notes that the store has prolonged the grant.
	 * @param sent when it was asked
	 * @param ttl the ttl asked for
	 */
	void prolonged(long sent, Duration ttl) {
		long prolonged = this.limit.cap(Deadlines.of(sent, ttl));
		if (prolonged - this.deadline > 0) {
			this.deadline = prolonged;
		}
		mayLast(ttl);
	}

	/**
	 * Notes that the store may keep the grant for so long from now.
	 */
	void mayLast(Duration ttl) {
		long expiry = now() + ttl.toNanos();
		if (expiry - this.storeExpiry > 0) {
			this.storeExpiry = expiry;
		}
	}

	private long now() {
		return this.time.nanoTime();
	}

}
