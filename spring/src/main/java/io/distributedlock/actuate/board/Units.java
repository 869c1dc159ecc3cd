package io.distributedlock.actuate.board;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Numbers as people read them: two or three digits that matter, and a unit.
 */
final class Units {

	static final String NONE = "–";

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT)
		.withZone(ZoneOffset.UTC);

	private static final DateTimeFormatter DATE_AND_TIME = DateTimeFormatter
		.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
		.withZone(ZoneOffset.UTC);

	private Units() {
	}

	static String count(long count) {
		return String.format(Locale.ENGLISH, "%,d", count);
	}

	/**
	 * Returns a ratio in percent. Small is not nothing: it is below a tenth.
	 */
	static String percent(double ratio) {
		double percent = 100 * ratio;
		if (percent > 0 && percent < 0.1) {
			return "<0.1%";
		}
		return (ratio == 0) ? "0%" : String.format(Locale.ROOT, (percent < 9.95) ? "%.1f%%" : "%.0f%%", percent);
	}

	static String duration(Duration duration) {
		double millis = duration.toNanos() / 1e6;
		if (millis <= 0) {
			return "0 ms";
		}
		if (millis < 999.5) {
			return digits(Math.max(millis, 0.01)) + " ms";
		}
		if (millis < 59_500) {
			return digits(millis / 1_000) + " s";
		}
		Duration rounded = Duration.ofSeconds(Math.round(millis / 1_000));
		if (rounded.toHours() == 0) {
			return two(rounded.toMinutes(), "min", rounded.toSecondsPart(), "s");
		}
		return (rounded.toDays() == 0) ? two(rounded.toHours(), "h", rounded.toMinutesPart(), "min")
				: two(rounded.toDays(), "d", rounded.toHoursPart(), "h");
	}

	/**
	 * Returns the time of day, with the date if it was another one.
	 */
	static String timeBefore(Instant now, Instant instant) {
		return (now.truncatedTo(ChronoUnit.DAYS).equals(instant.truncatedTo(ChronoUnit.DAYS)) ? TIME : DATE_AND_TIME)
			.format(instant);
	}

	static String dateAndTime(Instant instant) {
		return DATE_AND_TIME.format(instant) + " UTC";
	}

	private static String digits(double value) {
		return String.format(Locale.ROOT, (value < 0.995) ? "%.2f" : (value < 9.95) ? "%.1f" : "%.0f", value);
	}

	private static String two(long many, String unit, int few, String smallerUnit) {
		return (few == 0) ? many + " " + unit : many + " " + unit + " " + few + " " + smallerUnit;
	}

}
