package io.distributedlock.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

/**
 * Times in the table: microseconds, for moments since the epoch.
 */
final class Micros {

	private static final Duration LONGEST = Duration.of(Long.MAX_VALUE / 2, ChronoUnit.MICROS);

	private Micros() {
	}

	/**
	 * Rounds up, so that no grant is shorter than asked for. Leaves room to be added to
	 * the time of day.
	 */
	static long of(Duration duration) {
		Duration capped = (duration.compareTo(LONGEST) < 0) ? duration : LONGEST;
		return TimeUnit.MICROSECONDS.convert(capped.plusNanos(999));
	}

	static Duration duration(long micros) {
		return Duration.of(micros, ChronoUnit.MICROS);
	}

	static Instant instant(long epochMicros) {
		return Instant.EPOCH.plus(epochMicros, ChronoUnit.MICROS);
	}

}
