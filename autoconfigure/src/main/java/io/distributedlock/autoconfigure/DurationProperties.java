package io.distributedlock.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.BiFunction;

import io.distributedlock.LockDurations;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.env.Environment;

/**
 * Refuses durations that cannot be meant, with a message that names the property.
 */
public final class DurationProperties {

	private static final String LONGEST = DurationStyle.SIMPLE.print(LockDurations.LONGEST, ChronoUnit.DAYS);

	private final Binder binder;

	/**
	 * Creates an instance.
	 * @param environment where the properties were written
	 */
	public DurationProperties(Environment environment) {
		this.binder = Binder.get(environment);
	}

	/**
	 * Checks a property that must not be zero.
	 * @param name the property
	 * @param value what it was bound to
	 * @return the value
	 * @throws InvalidConfigurationPropertyValueException if it is not between 1 ms and
	 * 365 days, or has no unit
	 */
	public Duration positive(String name, Duration value) {
		return inRange(name, value, LockDurations::positive, "%s and %s, for example 30s"
			.formatted(DurationStyle.SIMPLE.print(LockDurations.SHORTEST, ChronoUnit.MILLIS), LONGEST));
	}

	/**
	 * Checks a property that may be zero.
	 * @param name the property
	 * @param value what it was bound to
	 * @return the value
	 * @throws InvalidConfigurationPropertyValueException if it is not between 0 and 365
	 * days, or has no unit
	 */
	public Duration zeroOrMore(String name, Duration value) {
		return inRange(name, value, LockDurations::zeroOrMore, "0 and %s, for example 5s".formatted(LONGEST));
	}

	private Duration inRange(String name, Duration value, BiFunction<String, Duration, Duration> check, String range) {
		try {
			Duration checked = check.apply(name, value);
			return checked.isZero() ? checked : withUnit(name, checked);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException(name, asWritten(name, value),
					"It has to be between %s.".formatted(range));
		}
	}

	/**
	 * Spring Boot reads a plain number as milliseconds. A ttl of 30 that was meant as
	 * seconds would lose every lock, so the unit has to be written, as in the annotation.
	 */
	private Duration withUnit(String name, Duration value) {
		String written = asWritten(name, value);
		if (!written.isEmpty() && written.chars().allMatch(Character::isDigit)) {
			throw new InvalidConfigurationPropertyValueException(name, written,
					"It has no unit. Write %ss for seconds or %sms for milliseconds.".formatted(written, written));
		}
		return value;
	}

	private String asWritten(String name, Duration value) {
		return this.binder.bind(name, String.class).orElseGet(value::toString).trim();
	}

}
