package io.distributedlock.actuate;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.distributedlock.engine.LockEngine;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.util.Assert;

/**
 * Tells whether the stores of the providers in use grant locks, by asking each at the
 * same time. Down as soon as one does not work, or is slow several times in a row. A
 * store that cannot be asked is unknown and does not count, unless there is no other.
 * Takes as long as the slowest store, and at most the store timeout: a store that has not
 * answered by then is down. Thread-safe.
 */
public final class LockHealthIndicator implements HealthIndicator {

	private final LockEngine engine;

	private final Duration latencyThreshold;

	private final int slowProbes;

	private final Map<String, StoreWatch> watches = new ConcurrentHashMap<>();

	/**
	 * Creates an instance.
	 * @param engine the locks
	 * @param latencyThreshold a store that takes longer to answer is slow
	 * @param slowProbes how many times in a row a store has to be slow to be down, at
	 * least 1
	 */
	public LockHealthIndicator(LockEngine engine, Duration latencyThreshold, int slowProbes) {
		Assert.isTrue(!latencyThreshold.isZero() && !latencyThreshold.isNegative(),
				() -> "latencyThreshold is " + latencyThreshold + ": it must be longer than zero");
		Assert.isTrue(slowProbes >= 1, () -> "slowProbes is " + slowProbes + ": it must be at least 1");
		this.engine = engine;
		this.latencyThreshold = latencyThreshold;
		this.slowProbes = slowProbes;
	}

	@Override
	public Health health() {
		Map<String, CompletableFuture<StoreHealth>> asked = new LinkedHashMap<>();
		this.engine.providersInUse().forEach((provider) -> asked.put(provider, watch(provider).probe()));
		Map<String, StoreHealth> stores = new LinkedHashMap<>();
		asked.forEach((provider, answer) -> stores.put(provider, answer.join()));
		Health.Builder health = Health.status(status(stores.values()));
		stores.forEach((provider, store) -> health.withDetail(provider, store.details()));
		return health.build();
	}

	private StoreWatch watch(String provider) {
		return this.watches.computeIfAbsent(provider, (name) -> new StoreWatch(() -> this.engine.probe(name),
				this.engine.storeTimeout(), this.latencyThreshold, this.slowProbes));
	}

	private static Status status(Collection<StoreHealth> stores) {
		if (stores.stream().anyMatch((store) -> store.status().equals(Status.DOWN))) {
			return Status.DOWN;
		}
		return stores.stream().anyMatch((store) -> store.status().equals(Status.UP)) ? Status.UP : Status.UNKNOWN;
	}

}
