package io.distributedlock.interceptor;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.StringValueResolver;

import io.distributedlock.LockDurations;
import io.distributedlock.LockRequest;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.Renewal;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.key.KeyAttribute;
import io.distributedlock.key.LockKey;
import io.distributedlock.key.LockKeyParser;
import io.distributedlock.key.LockedMethod;

/**
 * Reads one annotation, fills in what it leaves out, and refuses what cannot work.
 */
final class LockAttributesParser {

	private static final Logger logger = LoggerFactory.getLogger(LockAttributesParser.class);

	private final LockKeyParser keys;

	private final StringValueResolver placeholders;

	private final Supplier<LockAnnotationSettings> settings;

	LockAttributesParser(LockKeyParser keys, StringValueResolver placeholders,
			Supplier<LockAnnotationSettings> settings) {
		this.keys = keys;
		this.placeholders = placeholders;
		this.settings = settings;
	}

	/**
	 * Reads an annotation.
	 * @param annotated the method and its annotation
	 * @param overloads the annotated methods of the same name
	 * @return how the method is locked
	 */
	LockAttributes parse(AnnotatedMethod annotated, Overloads overloads) {
		LockedMethod method = annotated.method();
		DistributedLock annotation = annotated.annotation();
		ScheduleKinds schedule = ScheduleKinds.of(method.method());
		LockKey key = key(annotation, method, overloads);
		CallStyle style = CallStyle.of(method);
		LockRequest template = options(annotation, method, style, schedule)
			.withName(name(annotation, method, overloads));
		Contention contention = Contention.of(annotation, method, style, schedule);
		if (schedule.interval() && annotation.minHold().isEmpty()) {
			logger.warn("{} is scheduled at a fixed rate or delay, without a minHold: nodes do not tick together, "
					+ "so each runs it once per interval. Use a cron expression, or set minHold to almost the interval.",
					method);
		}
		return new LockAttributes(method, annotated.place(), schedule, style, key, template,
				resolve(template.onLeaseLost()), contention);
	}

	private LockKey key(DistributedLock annotation, LockedMethod method, Overloads overloads) {
		if (!annotation.key().isEmpty()) {
			return this.keys.parse(annotation.key(), resolve("key", annotation.key(), method), method);
		}
		if (overloads.withoutKey() > 1) {
			throw new InvalidLockAnnotationException(method.toString(), "key", "",
					"is left out on several methods of this name, which would share one lock", "Give each a key");
		}
		if (method.hasGeneratedClass()) {
			throw new InvalidLockAnnotationException(method.toString(), "key", "",
					"is left out, but the name of this generated class differs from node to node", "Give it a key");
		}
		return this.keys.fixed(method.qualifiedName(), method);
	}

	private String name(DistributedLock annotation, LockedMethod method, Overloads overloads) {
		if (annotation.name().isEmpty()) {
			return method.simpleName() + ((overloads.count() > 1) ? method.simpleParameterTypes() : "");
		}
		String name = resolve("name", annotation.name(), method);
		if (name.isBlank()) {
			throw new InvalidLockAnnotationException(method.toString(), "name", annotation.name(), "is blank",
					"Leave it out for the default");
		}
		return name;
	}

	private LockRequest options(DistributedLock annotation, LockedMethod method, CallStyle style,
			ScheduleKinds schedule) {
		LockAnnotationSettings settings = this.settings.get();
		Optional<Duration> ttl = duration("ttl", annotation.ttl(), method, LockDurations::positive);
		Optional<Duration> waitTime = duration("waitTime", annotation.waitTime(), method, LockDurations::zeroOrMore);
		Optional<Duration> minHold = duration("minHold", annotation.minHold(), method, LockDurations::zeroOrMore);
		if (minHold.isEmpty() && schedule.cron()) {
			minHold = Optional.of(settings.scheduledMinHold());
		}
		Optional<Duration> maxHold = duration("maxHold", annotation.maxHold(), method, LockDurations::positive);
		Renewal renewal = annotation.renewal();
		if (((renewal != Renewal.DEFAULT) ? renewal : settings.defaults().renewal()) == Renewal.NONE) {
			Duration lease = ttl.orElse(settings.defaults().ttl());
			String fix = "Shorten it, lengthen the ttl, or set renewal to AUTO";
			refuseAbove("minHold", minHold, "ttl, which is not renewed", lease, method, fix);
			refuseAbove("maxHold", maxHold, "ttl, which is not renewed", lease, method, fix);
		}
		Optional<Duration> longest = maxHold.or(settings.defaults()::maxHold);
		if (longest.isPresent()) {
			refuseAbove("minHold", minHold, "maxHold", longest.get(), method, "Shorten it, or lengthen maxHold");
		}
		LockRequest request = LockRequest.of("template")
			.withRenewal(renewal)
			.withOnLeaseLost(onLeaseLost(annotation, method, style))
			.withRelease(TransactionPropagation.release(method));
		request = ttl.map(request::withTtl).orElse(request);
		request = waitTime.map(request::withWaitTime).orElse(request);
		request = minHold.map(request::withMinHold).orElse(request);
		request = maxHold.map(request::withMaxHold).orElse(request);
		return provider(annotation, method).map(request::withProvider).orElse(request);
	}

	private Optional<Duration> duration(String attribute, String raw, LockedMethod method,
			BiFunction<String, Duration, Duration> inRange) {
		String text = resolve(attribute, raw, method);
		if (text.isEmpty()) {
			return Optional.empty();
		}
		String shown = raw.equals(text) ? raw : raw + "\" = \"" + text;
		Duration duration;
		try {
			duration = DurationText.parse(text);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidLockAnnotationException(method.toString(), attribute, shown,
					String.valueOf(ex.getMessage()),
					"Write a number with a unit, such as \"30s\", \"500ms\" or \"PT30S\"");
		}
		try {
			return Optional.of(inRange.apply(attribute, duration));
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidLockAnnotationException(method.toString(), attribute, shown, "is out of range",
					"The " + ex.getMessage());
		}
	}

	private static void refuseAbove(String attribute, Optional<Duration> value, String limitName, Duration limit,
			LockedMethod method, String fix) {
		if (value.isPresent() && value.get().compareTo(limit) > 0) {
			throw new InvalidLockAnnotationException(method.toString(), attribute, value.get().toString(),
					"is longer than the %s (%s)".formatted(limitName, limit), fix);
		}
	}

	private static OnLeaseLost onLeaseLost(DistributedLock annotation, LockedMethod method, CallStyle style) {
		if (annotation.onLeaseLost() == OnLeaseLost.INTERRUPT && style.isAsynchronous()) {
			throw new InvalidLockAnnotationException(method.toString(), "onLeaseLost", "INTERRUPT",
					"interrupts the thread that does the work, but the method returns before its work is done",
					"Set it to THROW or IGNORE");
		}
		return annotation.onLeaseLost();
	}

	private OnLeaseLost resolve(OnLeaseLost choice) {
		return (choice != OnLeaseLost.DEFAULT) ? choice : this.settings.get().defaults().onLeaseLost();
	}

	private Optional<String> provider(DistributedLock annotation, LockedMethod method) {
		String provider = resolve("provider", annotation.provider(), method).strip();
		return provider.isEmpty() ? Optional.empty() : Optional.of(provider);
	}

	private String resolve(String attribute, String raw, LockedMethod method) {
		return new KeyAttribute(DistributedLock.class, attribute).resolve(raw, this.placeholders, method);
	}

	/** The annotated methods of one name. */
	record Overloads(long count, long withoutKey) {
	}

}
