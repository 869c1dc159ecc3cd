package io.distributedlock.autoconfigure;

import java.time.Duration;
import java.util.Optional;

import io.distributedlock.InvalidLockKeyException;
import io.distributedlock.LockRequest;
import io.distributedlock.Renewal;
import io.distributedlock.engine.LockDefaults;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * What the properties mean, checked.
 *
 * @param defaults the options of locks that set none
 * @param storeTimeout how long a step of the store may take
 * @param scheduledMinHold the minHold of cron methods that set none
 * @param keyPrefix the prefix of every key, may be empty
 * @param nodeId the name of this node
 */
record LockSettings(LockDefaults defaults, Duration storeTimeout, Duration scheduledMinHold, String keyPrefix,
		String nodeId) {

	private static final int LONGEST_NODE_ID = 255;

	static LockSettings of(DistributedLockProperties properties, Environment environment) {
		DurationProperties durations = new DurationProperties(environment);
		Duration ttl = durations.positive("distributed-lock.ttl", properties.ttl());
		Duration waitTime = durations.zeroOrMore("distributed-lock.wait-time", properties.waitTime());
		Optional<Duration> maxHold = Optional.ofNullable(properties.maxHold())
			.map((value) -> durations.positive("distributed-lock.max-hold", value));
		if (properties.renewal() == Renewal.NONE && maxHold.filter((value) -> value.compareTo(ttl) > 0).isPresent()) {
			throw new InvalidConfigurationPropertyValueException("distributed-lock.max-hold", maxHold.get(),
					"It is longer than distributed-lock.ttl (%s), which ends the lease as distributed-lock.renewal is 'none'."
						.formatted(ttl));
		}
		LockDefaults defaults = new LockDefaults(ttl, waitTime, maxHold, properties.renewal(),
				properties.onLeaseLost());
		String application = environment.getProperty("spring.application.name");
		return new LockSettings(defaults,
				durations.positive("distributed-lock.store-timeout", properties.storeTimeout()),
				durations.zeroOrMore("distributed-lock.scheduled.min-hold", properties.scheduled().minHold()),
				keyPrefix(properties.keyPrefix(), application), nodeId(properties.nodeId(), application));
	}

	private static String keyPrefix(@Nullable String configured, @Nullable String application) {
		String prefix = (configured != null) ? configured : StringUtils.hasText(application) ? application + ":" : "";
		try {
			LockRequest.of(prefix + "key");
			return prefix;
		}
		catch (InvalidLockKeyException ex) {
			throw new InvalidConfigurationPropertyValueException("distributed-lock.key-prefix", prefix,
					"No key can start with it. " + ex.getMessage(), ex);
		}
	}

	private static String nodeId(@Nullable String configured, @Nullable String application) {
		if (!StringUtils.hasText(configured)) {
			return NodeIds.generate(StringUtils.hasText(application) ? application : "application");
		}
		if (configured.length() > LONGEST_NODE_ID) {
			throw new InvalidConfigurationPropertyValueException("distributed-lock.node-id", configured,
					"It is longer than %d characters.".formatted(LONGEST_NODE_ID));
		}
		return configured;
	}

}
