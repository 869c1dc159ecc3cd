package io.distributedlock;

import java.time.Duration;

/**
 * The range of durations that requests, annotations and properties accept.
 */
public final class LockDurations {

	/** The shortest duration that is not zero. */
	public static final Duration SHORTEST = Duration.ofMillis(1);

	/** The longest duration. */
	public static final Duration LONGEST = Duration.ofDays(365);

	private LockDurations() {
	}

	/**
	 * Checks a duration that must not be zero.
	 * @param option what the duration is for, named in the message
	 * @param value the duration
	 * @return the duration
	 * @throws IllegalArgumentException if it is not between 1 ms and 365 days
	 */
	public static Duration positive(String option, Duration value) {
		return inRange(option, value, SHORTEST);
	}

	/**
	 * Checks a duration that may be zero.
	 * @param option what the duration is for, named in the message
	 * @param value the duration
	 * @return the duration
	 * @throws IllegalArgumentException if it is not between 0 and 365 days
	 */
	public static Duration zeroOrMore(String option, Duration value) {
		return inRange(option, value, Duration.ZERO);
	}

	private static Duration inRange(String option, Duration value, Duration shortest) {
		if (value.compareTo(shortest) < 0 || value.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException(
					"%s is %s: it must be between %s and %s".formatted(option, value, shortest, LONGEST));
		}
		return value;
	}

}
