package io.distributedlock.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import io.distributedlock.LockAttempt;
import io.distributedlock.LockListener;
import io.distributedlock.StaleFencingTokenException;

/**
 * Counts what happens to locks, by the lock's name and its provider. Keys and resources
 * are no tags: there is no end of them. Thread-safe.
 */
public final class LockMeters implements LockListener {

	/** The value of tags that are about a lock where there is none. */
	static final String NONE = "none";

	private final MeterRegistry registry;

	/**
	 * Creates an instance.
	 * @param registry where the meters are
	 */
	public LockMeters(MeterRegistry registry) {
		this.registry = registry;
	}

	/**
	 * Counts as {@code distributed.lock.fencing.rejections}. Without a lease on the call
	 * path, as in a service that is passed tokens, both tags are {@code none}.
	 */
	@Override
	public void fencingRejected(StaleFencingTokenException rejection, @Nullable LockAttempt attempt) {
		Counter.builder("distributed.lock.fencing.rejections")
			.description("Stale writes refused by their fencing token")
			.tag("lock", (attempt != null) ? attempt.name() : NONE)
			.tag("provider", (attempt != null) ? attempt.provider() : NONE)
			.register(this.registry)
			.increment();
	}

}
