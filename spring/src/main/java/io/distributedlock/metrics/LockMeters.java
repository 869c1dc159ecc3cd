package io.distributedlock.metrics;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.distributedlock.AcquisitionOutcome;
import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LockAttempt;
import io.distributedlock.LockListener;
import io.distributedlock.LockStoreException;
import io.distributedlock.StaleFencingTokenException;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Counts what happens to locks, by the lock's name and its provider. Keys and resources
 * are no tags: there is no end of them. All meters of a lock are registered when it is
 * declared or first asked for. Thread-safe.
 */
public final class LockMeters implements LockListener {

	/** The value of tags that are about a lock where there is none. */
	static final String NONE = "none";

	private final MeterRegistry registry;

	private final PerLock<NamedMeters> meters;

	private final WaitingAttempts waiting = new WaitingAttempts();

	private final Map<LeaseId, LongTaskTimer.Sample> active = new ConcurrentHashMap<>();

	/**
	 * Creates an instance.
	 * @param registry where the meters are
	 * @param names the names under which locks are counted
	 */
	public LockMeters(MeterRegistry registry, LockNames names) {
		this.registry = registry;
		this.meters = new PerLock<>(names, (name, provider) -> new NamedMeters(registry, name, provider));
	}

	@Override
	public void declared(String name, String provider) {
		of(name, provider);
	}

	@Override
	public void acquired(Lease lease, Duration waited) {
		LeaseId id = LeaseId.of(lease);
		this.active.put(id, of(lease).actives().start());
		if (!lease.isHeld()) {
			// its loss may have been announced before
			stop(id);
		}
	}

	@Override
	public void contended(LockAttempt attempt) {
		NamedMeters named = of(attempt);
		named.contentions().increment();
		named.waiting().increment();
		this.waiting.add(attempt);
	}

	@Override
	public void acquisitionEnded(LockAttempt attempt, AcquisitionOutcome outcome, Duration waited) {
		NamedMeters named = of(attempt);
		if (this.waiting.remove(attempt)) {
			named.waiting().decrement();
		}
		named.acquisitions(outcome).record(waited);
	}

	@Override
	public void released(Lease lease, Duration held) {
		of(lease).holds().record(held);
		stop(LeaseId.of(lease));
	}

	@Override
	public void renewed(Lease lease) {
		of(lease).renewals().increment();
	}

	@Override
	public void renewalFailed(Lease lease, LockStoreException cause) {
		of(lease).failedRenewals().increment();
	}

	@Override
	public void lost(LeaseLost lost) {
		of(lost.name(), lost.provider()).losses(lost.reason()).increment();
		stop(LeaseId.of(lost));
	}

	/**
	 * Counts as {@code distributed.lock.fencing.rejections}. Without a lease on the call
	 * path, as in a service that is passed tokens, both tags are {@code none}.
	 */
	@Override
	public void fencingRejected(StaleFencingTokenException rejection, @Nullable LockAttempt attempt) {
		if (attempt != null) {
			of(attempt).rejections().increment();
		}
		else {
			NamedMeters.rejections(this.registry, NamedMeters.tags(NONE, NONE)).increment();
		}
	}

	private void stop(LeaseId id) {
		LongTaskTimer.Sample sample = this.active.remove(id);
		if (sample != null) {
			sample.stop();
		}
	}

	private NamedMeters of(LockAttempt attempt) {
		return of(attempt.name(), attempt.provider());
	}

	private NamedMeters of(Lease lease) {
		return of(lease.name(), lease.provider());
	}

	private NamedMeters of(String name, String provider) {
		return this.meters.of(name, provider);
	}

}
