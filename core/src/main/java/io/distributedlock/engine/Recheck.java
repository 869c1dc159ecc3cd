package io.distributedlock.engine;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import io.distributedlock.store.AcquireResult;

/**
 * How long a waiting acquisition leaves the store alone before it asks again. Never
 * longer than a second nor than the holder's remaining time: the bound on how long a lost
 * wake-up can matter.
 */
enum Recheck {

	/** The store wakes waiters: asking again is only the safety net. */
	WITH_WAKE_UPS(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO),

	/** The store is polled, often at first. */
	POLLING(Duration.ofMillis(10), Duration.ofMillis(250), Duration.ofMillis(250));

	/** What a busy store is given before it is asked again, at most. */
	private static final long BUSY = Duration.ofMillis(100).toNanos();

	/** Past the holder's expiry, so that the store finds the lock expired. */
	private static final long AFTER_EXPIRY = Duration.ofMillis(1).toNanos();

	private final long first;

	private final long longest;

	private final long standBack;

	Recheck(Duration first, Duration longest, Duration standBack) {
		this.first = first.toNanos();
		this.longest = longest.toNanos();
		this.standBack = standBack.toNanos();
	}

	/**
	 * Returns the next delay.
	 * @param asked how often this acquisition has asked the store before
	 * @param reply what the store said last
	 * @return nanoseconds, jittered
	 */
	long delay(int asked, AcquireResult reply) {
		long delay = Math.min(this.longest, this.first << Math.min(asked, 10));
		delay = delay / 2 + ThreadLocalRandom.current().nextLong(delay / 2 + 1);
		if (reply instanceof AcquireResult.Held held) {
			return Math.min(delay, held.remaining().toNanos() + AFTER_EXPIRY);
		}
		return Math.min(delay, BUSY);
	}

	/**
	 * Returns how long a node stands back to let others in: as long as they may leave the
	 * store alone.
	 * @return nanoseconds, zero where the store keeps the nodes in order
	 */
	long standBack() {
		return this.standBack;
	}

}
