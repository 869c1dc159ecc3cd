package io.distributedlock.autoconfigure;

import java.time.Duration;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;

/**
 * Refuses durations that cannot be meant, with a message that names the property.
 */
final class DurationProperties {

	private final Binder binder;

	DurationProperties(Environment environment) {
		this.binder = Binder.get(environment);
	}

	Duration positive(String name, Duration value) {
		if (value.isZero() || value.isNegative()) {
			throw new InvalidConfigurationPropertyValueException(name, asWritten(name, value),
					"It has to be longer than zero, for example 30s.");
		}
		return withUnit(name, value);
	}

	Duration zeroOrMore(String name, Duration value) {
		if (value.isNegative()) {
			throw new InvalidConfigurationPropertyValueException(name, asWritten(name, value),
					"It has to be zero or longer, for example 5s.");
		}
		return value.isZero() ? value : withUnit(name, value);
	}

	/**
	 * Spring Boot reads a plain number as milliseconds. A ttl of 30 that was meant as
	 * seconds would lose every lock, so the unit has to be written, as in the annotation.
	 */
	private Duration withUnit(String name, Duration value) {
		String written = asWritten(name, value);
		if (written.chars().allMatch(Character::isDigit)) {
			throw new InvalidConfigurationPropertyValueException(name, written,
					"It has no unit. Write %ss for seconds or %sms for milliseconds.".formatted(written, written));
		}
		return value;
	}

	private String asWritten(String name, Duration value) {
		return this.binder.bind(name, String.class).orElseGet(value::toString).trim();
	}

}
