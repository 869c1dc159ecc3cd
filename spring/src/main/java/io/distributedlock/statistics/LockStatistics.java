package io.distributedlock.statistics;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

import io.distributedlock.AcquisitionOutcome;
import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LockAttempt;
import io.distributedlock.LockListener;
import io.distributedlock.LockStoreException;
import io.distributedlock.metrics.LockNames;
import io.distributedlock.metrics.PerLock;
import io.distributedlock.metrics.WaitingAttempts;
import io.micrometer.core.instrument.Clock;

/**
 * Counts what happens to the locks of this node, by name and provider. Thread-safe.
 */
public final class LockStatistics implements LockListener {

	private final WaitingAttempts waiting = new WaitingAttempts();

	private final PerLock<LockActivity> activities;

	/**
	 * Creates an instance.
	 * @param names the names under which locks are counted
	 * @param clock tells what is recent
	 */
	public LockStatistics(LockNames names, Clock clock) {
		this.activities = new PerLock<>(names, (name, provider) -> new LockActivity(name, provider, clock));
	}

	/**
	 * Returns what happened so far.
	 * @return the figures of each lock that was declared or asked for, by name and
	 * provider
	 */
	public List<LockFigures> figures() {
		return this.activities.all()
			.stream()
			.map(LockActivity::figures)
			.sorted(Comparator.comparing(LockFigures::name).thenComparing(LockFigures::provider))
			.toList();
	}

	@Override
	public void declared(String name, String provider) {
		of(name, provider);
	}

	@Override
	public void contended(LockAttempt attempt) {
		of(attempt).contended();
		this.waiting.add(attempt);
	}

	@Override
	public void acquisitionEnded(LockAttempt attempt, AcquisitionOutcome outcome, Duration waited) {
		LockActivity activity = of(attempt);
		if (this.waiting.remove(attempt)) {
			activity.waitingEnded();
		}
		activity.ended(outcome, waited);
	}

	@Override
	public void released(Lease lease, Duration held) {
		of(lease.name(), lease.provider()).released(held);
	}

	@Override
	public void renewed(Lease lease) {
		of(lease.name(), lease.provider()).renewed();
	}

	@Override
	public void renewalFailed(Lease lease, LockStoreException cause) {
		of(lease.name(), lease.provider()).renewalFailed();
	}

	@Override
	public void lost(LeaseLost lost) {
		of(lost.name(), lost.provider()).lost();
	}

	private LockActivity of(LockAttempt attempt) {
		return of(attempt.name(), attempt.provider());
	}

	private LockActivity of(String name, String provider) {
		return this.activities.of(name, provider);
	}

}
