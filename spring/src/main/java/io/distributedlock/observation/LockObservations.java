package io.distributedlock.observation;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import io.distributedlock.AcquisitionOutcome;
import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LeaseLostException.WorkCommitted;
import io.distributedlock.LockAttempt;
import io.distributedlock.LockListener;
import io.distributedlock.LockStoreException;
import io.distributedlock.engine.GrantedLease;
import io.distributedlock.metrics.AttemptId;
import io.distributedlock.metrics.LeaseId;
import io.distributedlock.metrics.LockNames;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationView;
import org.jspecify.annotations.Nullable;

/**
 * Observes acquisitions and the leases that they are granted. Both are children of the
 * observation in which the lock was asked for. No scope is opened, as any thread may
 * close a lease: what happens under the lock is no child of these. Thread-safe.
 */
public final class LockObservations implements LockListener {

	private static final LockAcquireObservationConvention ACQUIRE = new DefaultLockAcquireObservationConvention();

	private static final LockHeldObservationConvention HELD = new DefaultLockHeldObservationConvention();

	private final ObservationRegistry registry;

	private final LockNames names;

	private final @Nullable LockAcquireObservationConvention acquireConvention;

	private final @Nullable LockHeldObservationConvention heldConvention;

	private final Map<AttemptId, Acquiring> acquiring = new ConcurrentHashMap<>();

	private final Map<LeaseId, Holding> holding = new ConcurrentHashMap<>();

	/** Of the acquisition that ends next on this thread. */
	@SuppressWarnings("ThreadLocalUsage")
	private final ThreadLocal<@Nullable Lease> granted = new ThreadLocal<>();

	/**
	 * Creates an instance.
	 * @param registry told of the observations
	 * @param names the names under which locks are counted
	 * @param acquireConvention replaces {@link DefaultLockAcquireObservationConvention}
	 * @param heldConvention replaces {@link DefaultLockHeldObservationConvention}
	 */
	public LockObservations(ObservationRegistry registry, LockNames names,
			@Nullable LockAcquireObservationConvention acquireConvention,
			@Nullable LockHeldObservationConvention heldConvention) {
		this.registry = registry;
		this.names = names;
		this.acquireConvention = acquireConvention;
		this.heldConvention = heldConvention;
	}

	@Override
	public void acquisitionBegun(LockAttempt attempt) {
		if (this.registry.isNoop()) {
			return;
		}
		LockAcquireContext context = new LockAcquireContext(attempt.key(), this.names.of(attempt.name()),
				attempt.provider());
		Observation observation = Observation
			.createNotStarted(this.acquireConvention, ACQUIRE, () -> context, this.registry)
			.start();
		if (!observation.isNoop()) {
			this.acquiring.put(new AttemptId(attempt), new Acquiring(observation, context));
		}
	}

	@Override
	public void storeFailed(LockAttempt attempt, LockStoreException cause) {
		Acquiring acquiring = this.acquiring.get(new AttemptId(attempt));
		if (acquiring != null) {
			acquiring.observation().error(cause);
		}
	}

	@Override
	public void acquired(Lease lease, Duration waited) {
		if (!this.registry.isNoop()) {
			this.granted.set(lease);
		}
	}

	@Override
	public void acquisitionEnded(LockAttempt attempt, AcquisitionOutcome outcome, Duration waited) {
		if (this.registry.isNoop()) {
			return;
		}
		Lease lease = this.granted.get();
		this.granted.remove();
		Acquiring acquiring = this.acquiring.remove(new AttemptId(attempt));
		if (acquiring != null) {
			acquiring.context().end(outcome, lease);
			acquiring.observation().stop();
		}
		if (lease != null) {
			hold(lease, (acquiring != null) ? acquiring.context().getParentObservation() : null);
		}
	}

	@Override
	public void released(Lease lease, Duration held) {
		if (!this.registry.isNoop()) {
			end(LeaseId.of(lease), loss(lease));
		}
	}

	@Override
	public void lost(LeaseLost lost) {
		end(LeaseId.of(lost), lost);
	}

	private void hold(Lease lease, @Nullable ObservationView parent) {
		LockHeldContext context = new LockHeldContext(lease.key(), this.names.of(lease.name()), lease.provider(),
				lease.fencingToken());
		Observation observation = Observation.createNotStarted(this.heldConvention, HELD, () -> context, this.registry);
		if (observation.isNoop()) {
			return;
		}
		if (parent != null) {
			// this thread may be another one than that which asked
			context.setParentObservation(parent);
		}
		LeaseId id = LeaseId.of(lease);
		this.holding.put(id, new Holding(observation.start(), context));
		if (!lease.isHeld()) {
			// its loss may have been announced before
			end(id, loss(lease));
		}
	}

	private void end(LeaseId id, @Nullable LeaseLost loss) {
		Holding holding = this.holding.remove(id);
		if (holding == null) {
			return;
		}
		holding.context().end(loss);
		if (loss != null) {
			holding.observation().error(new LeaseLostException(loss, WorkCommitted.UNKNOWN));
		}
		holding.observation().stop();
	}

	private static @Nullable LeaseLost loss(Lease lease) {
		Optional<LeaseLost> loss = (lease instanceof GrantedLease granted) ? granted.loss() : Optional.empty();
		return loss.orElse(null);
	}

	private record Acquiring(Observation observation, LockAcquireContext context) {
	}

	private record Holding(Observation observation, LockHeldContext context) {
	}

}
