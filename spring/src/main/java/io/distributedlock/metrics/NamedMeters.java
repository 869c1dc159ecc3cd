package io.distributedlock.metrics;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

import io.distributedlock.AcquisitionOutcome;
import io.distributedlock.LeaseLost.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

/**
 * The meters of the locks of one name and provider, all registered at once, so that each
 * is there at zero before it counts. Thread-safe.
 */
final class NamedMeters {

	private final MeterRegistry registry;

	private final Tags tags;

	private final Map<AcquisitionOutcome, Timer> acquisition;

	private final Counter contention;

	private final Timer hold;

	private final LongTaskTimer active;

	private final LongAdder waiting = new LongAdder();

	private final Counter renewed;

	private final Counter renewalsFailed;

	private final Map<Reason, Counter> lost;

	private final Counter rejections;

	NamedMeters(MeterRegistry registry, String name, String provider) {
		this.registry = registry;
		this.tags = tags(name, provider);
		this.acquisition = forEach(AcquisitionOutcome.class, this::acquisition);
		this.contention = Counter.builder("distributed.lock.contention")
			.description("Acquisitions that found the lock held at the first attempt")
			.tags(this.tags)
			.register(registry);
		this.hold = Timer.builder("distributed.lock.hold")
			.description("Time from the grant of a lease to its release")
			.tags(this.tags)
			.register(registry);
		this.active = LongTaskTimer.builder("distributed.lock.active")
			.description("Leases held now, and for how long")
			.tags(this.tags)
			.register(registry);
		Gauge.builder("distributed.lock.waiting", this.waiting, LongAdder::sum)
			.description("Acquisitions that found the lock held and wait for it")
			.tags(this.tags)
			.register(registry);
		this.renewed = renewals("renewed");
		this.renewalsFailed = renewals("failed");
		this.lost = forEach(Reason.class, this::lost);
		this.rejections = rejections(registry, this.tags);
	}

	static Tags tags(String name, String provider) {
		return Tags.of("lock", name, "provider", provider);
	}

	static Counter rejections(MeterRegistry registry, Tags tags) {
		return Counter.builder("distributed.lock.fencing.rejections")
			.description("Stale writes refused by their fencing token")
			.tags(tags)
			.register(registry);
	}

	Timer acquisitions(AcquisitionOutcome outcome) {
		return Objects.requireNonNull(this.acquisition.get(outcome));
	}

	Counter contentions() {
		return this.contention;
	}

	Timer holds() {
		return this.hold;
	}

	LongTaskTimer actives() {
		return this.active;
	}

	LongAdder waiting() {
		return this.waiting;
	}

	Counter renewals() {
		return this.renewed;
	}

	Counter failedRenewals() {
		return this.renewalsFailed;
	}

	Counter losses(Reason reason) {
		return Objects.requireNonNull(this.lost.get(reason));
	}

	Counter rejections() {
		return this.rejections;
	}

	private Timer acquisition(AcquisitionOutcome outcome) {
		return Timer.builder("distributed.lock.acquisition")
			.description("Time from the request of a lock to the outcome, waiting included")
			.tags(this.tags)
			.tag("outcome", lowerCase(outcome))
			.register(this.registry);
	}

	private Counter renewals(String outcome) {
		return Counter.builder("distributed.lock.renewals")
			.description("Renewals of leases")
			.tags(this.tags)
			.tag("outcome", outcome)
			.register(this.registry);
	}

	private Counter lost(Reason reason) {
		return Counter.builder("distributed.lock.lost")
			.description("Leases that were over before their holder released them")
			.tags(this.tags)
			.tag("reason", lowerCase(reason))
			.register(this.registry);
	}

	private static <E extends Enum<E>, M> Map<E, M> forEach(Class<E> type, Function<E, M> meter) {
		Map<E, M> meters = new EnumMap<>(type);
		for (E value : type.getEnumConstants()) {
			meters.put(value, meter.apply(value));
		}
		return meters;
	}

	private static String lowerCase(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

}
