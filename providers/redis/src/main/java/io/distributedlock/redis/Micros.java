package io.distributedlock.redis;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

/**
 * Times in scripts: microseconds, for moments since the epoch.
 */
final class Micros {

	/** Scripts calculate with floating point numbers, exact up to here and beyond. */
	private static final Duration LONGEST = Duration.ofDays(10_000);

	private Micros() {
	}

	/**
	 * Rounds up, so that no grant is shorter than asked for.
	 */
	static String of(Duration duration) {
		Duration capped = (duration.compareTo(LONGEST) < 0) ? duration : LONGEST;
		return String.valueOf(TimeUnit.MICROSECONDS.convert(capped.plusNanos(999)));
	}

	static Duration duration(String micros) {
		return Duration.of(Long.parseLong(micros), ChronoUnit.MICROS);
	}

	static Instant instant(String epochMicros) {
		return Instant.EPOCH.plus(Long.parseLong(epochMicros), ChronoUnit.MICROS);
	}

}
