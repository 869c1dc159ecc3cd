package io.distributedlock.engine;

import java.time.Duration;
import java.util.Optional;

import io.distributedlock.InvalidLockKeyException;
import io.distributedlock.LockAttempt;
import io.distributedlock.LockRequest;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.Release;
import io.distributedlock.Renewal;

/**
 * A request with every default applied and contradictions refused.
 *
 * @param key the logical key
 * @param storeKey the key with the prefix
 */
record ResolvedRequest(String key, String storeKey, String name, String provider, Duration ttl, Duration waitTime,
		Duration minHold, Optional<Duration> maxHold, Renewal renewal, OnLeaseLost onLeaseLost, Release release) {

	static ResolvedRequest resolve(LockRequest request, String keyPrefix, String defaultProvider,
			LockDefaults defaults) {
		Renewal renewal = (request.renewal() != Renewal.DEFAULT) ? request.renewal() : defaults.renewal();
		OnLeaseLost onLeaseLost = (request.onLeaseLost() != OnLeaseLost.DEFAULT) ? request.onLeaseLost()
				: defaults.onLeaseLost();
		Duration ttl = request.ttl().orElse(defaults.ttl());
		if (renewal == Renewal.NONE) {
			refuseAbove("minHold", Optional.of(request.minHold()), "ttl", ttl, request);
			refuseAbove("maxHold", request.maxHold(), "ttl", ttl, request);
		}
		Optional<Duration> maxHold = request.maxHold().or(defaults::maxHold);
		maxHold.ifPresent((max) -> refuseAbove("minHold", Optional.of(request.minHold()), "maxHold", max, request));
		return new ResolvedRequest(request.key(), storeKey(keyPrefix, request.key()), request.name(),
				request.provider().orElse(defaultProvider), shorter(ttl, maxHold),
				request.waitTime().orElse(defaults.waitTime()), request.minHold(), maxHold, renewal, onLeaseLost,
				request.release());
	}

	static String storeKey(String keyPrefix, String key) {
		try {
			return LockRequest.of(keyPrefix + key).key();
		}
		catch (InvalidLockKeyException ex) {
			throw new InvalidLockKeyException(
					ex.getMessage() + " (with the configured key prefix '" + keyPrefix + "')");
		}
	}

	LockAttempt attempt() {
		return new LockAttempt(this.key, this.name, this.provider);
	}

	private static Duration shorter(Duration ttl, Optional<Duration> maxHold) {
		return maxHold.filter((max) -> max.compareTo(ttl) < 0).orElse(ttl);
	}

	private static void refuseAbove(String option, Optional<Duration> value, String limitName, Duration limit,
			LockRequest request) {
		if (value.isPresent() && value.get().compareTo(limit) > 0) {
			throw new IllegalArgumentException("%s %s of lock '%s' is longer than its %s %s: %s".formatted(option,
					value.get(), request.key(), limitName, limit,
					limitName.equals("ttl") ? "raise the ttl or use renewal" : "raise the " + limitName));
		}
	}

}
