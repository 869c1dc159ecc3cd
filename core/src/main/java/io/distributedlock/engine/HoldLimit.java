package io.distributedlock.engine;

import java.time.Duration;

/**
 * The end of a lease's longest hold time, by the monotonic clock.
 */
sealed interface HoldLimit {

	static HoldLimit of(ResolvedRequest request, long sent) {
		return request.maxHold()
			.<HoldLimit>map(
					(maxHold) -> new Limited(maxHold, sent + maxHold.toNanos(), Deadlines.margin(request.ttl())))
			.orElseGet(Unlimited::new);
	}

	/** Returns the deadline, or the last one there can be if that is earlier. */
	long cap(long deadline);

	/** Returns the ttl, or the time left if that is less. */
	Duration cap(Duration ttl, long now);

	/** Tells whether no later deadline is possible. */
	boolean isReached(long deadline);

	/** Refuses an extension beyond the limit. */
	void check(Duration ttl, long now, String key);

	/** No limit. */
	record Unlimited() implements HoldLimit {

		@Override
		public long cap(long deadline) {
			return deadline;
		}

		@Override
		public Duration cap(Duration ttl, long now) {
			return ttl;
		}

		@Override
		public boolean isReached(long deadline) {
			return false;
		}

		@Override
		public void check(Duration ttl, long now, String key) {
		}

	}

	/** A limit that the lease must not outlive in the store. */
	record Limited(Duration maxHold, long end, long margin) implements HoldLimit {

		@Override
		public long cap(long deadline) {
			return isReached(deadline) ? this.end - this.margin : deadline;
		}

		@Override
		public Duration cap(Duration ttl, long now) {
			long left = Math.max(0, this.end - now);
			return (left < ttl.toNanos()) ? Duration.ofNanos(left) : ttl;
		}

		@Override
		public boolean isReached(long deadline) {
			return deadline - (this.end - this.margin) >= 0;
		}

		@Override
		public void check(Duration ttl, long now, String key) {
			long left = Math.max(0, this.end - now);
			long last = this.end - Math.max(this.margin, Deadlines.margin(Duration.ofNanos(left)));
			if (now + ttl.toNanos() - last > 0) {
				throw new IllegalArgumentException(
						"Lease on lock '%s' cannot be extended by %s: its maxHold %s ends in %d ms".formatted(key, ttl,
								this.maxHold, Duration.ofNanos(left).toMillis()));
			}
		}

	}

}
