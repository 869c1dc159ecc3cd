package io.distributedlock.engine;

import java.time.Duration;
import java.util.Optional;

import io.distributedlock.LockDurations;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.Renewal;

/**
 * What a request's unset options mean.
 *
 * @param ttl how long a lease lasts unless renewed
 * @param waitTime how long to wait for a held lock
 * @param maxHold for how long renewals go on, empty for no end
 * @param renewal {@link Renewal#DEFAULT} means {@link Renewal#AUTO}
 * @param onLeaseLost {@link OnLeaseLost#DEFAULT} means {@link OnLeaseLost#THROW}
 */
public record LockDefaults(Duration ttl, Duration waitTime, Optional<Duration> maxHold, Renewal renewal,
		OnLeaseLost onLeaseLost) {

	/** A ttl of 30 seconds, one attempt, renewal without end, an exception on loss. */
	public static final LockDefaults STANDARD = new LockDefaults(Duration.ofSeconds(30), Duration.ZERO,
			Optional.empty(), Renewal.AUTO, OnLeaseLost.THROW);

	/**
	 * Checks the durations and resolves {@code DEFAULT} choices.
	 * @throws IllegalArgumentException if a duration is out of the range of
	 * {@link LockDurations}
	 */
	public LockDefaults {
		LockDurations.positive("ttl", ttl);
		LockDurations.zeroOrMore("waitTime", waitTime);
		maxHold.ifPresent((value) -> LockDurations.positive("maxHold", value));
		renewal = (renewal != Renewal.DEFAULT) ? renewal : Renewal.AUTO;
		onLeaseLost = (onLeaseLost != OnLeaseLost.DEFAULT) ? onLeaseLost : OnLeaseLost.THROW;
	}

}
