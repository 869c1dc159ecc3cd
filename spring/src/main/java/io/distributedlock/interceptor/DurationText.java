package io.distributedlock.interceptor;

import java.time.Duration;
import java.util.regex.Pattern;

import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * A duration as an annotation writes it.
 */
final class DurationText {

	private static final Pattern PLAIN_NUMBER = Pattern.compile("[+-]?\\d+([.,]\\d+)?");

	private static final Pattern DIGIT = Pattern.compile("\\d");

	private DurationText() {
	}

	/**
	 * Parses a text.
	 * @param text for example {@code 30s} or {@code PT30S}
	 * @return the duration
	 * @throws IllegalArgumentException if it is no duration with a unit; the message is
	 * the end of a sentence about it
	 */
	static Duration parse(String text) {
		String stripped = text.strip();
		if (PLAIN_NUMBER.matcher(stripped).matches()) {
			throw new IllegalArgumentException("has no unit");
		}
		try {
			if (DIGIT.matcher(stripped).find()) {
				return DurationFormatterUtils.detectAndParse(stripped);
			}
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			throw new IllegalArgumentException("is no duration", ex);
		}
		throw new IllegalArgumentException("is no duration");
	}

}
