package io.distributedlock.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.distributedlock.AcquisitionOutcome;
import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LockAttempt;
import io.distributedlock.LockListener;
import io.distributedlock.LockStoreException;

/**
 * Writes down what it is told.
 */
final class RecordingListener implements LockListener {

	private final List<String> events = new CopyOnWriteArrayList<>();

	private final List<LeaseLost> losses = new CopyOnWriteArrayList<>();

	private final List<LockStoreException> failures = new CopyOnWriteArrayList<>();

	/** All events as words: what, key, details. */
	List<String> events() {
		return List.copyOf(this.events);
	}

	List<String> events(String kind) {
		return this.events.stream().filter((event) -> event.startsWith(kind + " ")).toList();
	}

	List<LeaseLost> losses() {
		return List.copyOf(this.losses);
	}

	List<LeaseLost.Reason> reasons() {
		return this.losses.stream().map(LeaseLost::reason).toList();
	}

	/** The causes of failed renewals and of other failed steps. */
	List<LockStoreException> failures() {
		return List.copyOf(this.failures);
	}

	@Override
	public void declared(String name, String provider) {
		this.events.add("declared " + name + " " + provider);
	}

	@Override
	public void acquired(Lease lease, Duration waited) {
		this.events.add("acquired " + lease.key() + " after " + waited);
	}

	@Override
	public void contended(LockAttempt attempt) {
		this.events.add("contended " + attempt.key());
	}

	@Override
	public void acquisitionEnded(LockAttempt attempt, AcquisitionOutcome outcome, Duration waited) {
		this.events.add("ended " + attempt.key() + " " + outcome + " after " + waited);
	}

	@Override
	public void released(Lease lease, Duration held) {
		this.events.add("released " + lease.key() + " after " + held);
	}

	@Override
	public void renewed(Lease lease) {
		this.events.add("renewed " + lease.key());
	}

	@Override
	public void renewalFailed(Lease lease, LockStoreException cause) {
		this.failures.add(cause);
		this.events.add("renewalFailed " + lease.key());
	}

	@Override
	public void lost(LeaseLost lost) {
		this.losses.add(lost);
		this.events.add("lost " + lost.key() + " " + lost.reason());
	}

	@Override
	public void storeFailed(LockAttempt attempt, LockStoreException cause) {
		this.failures.add(cause);
		this.events.add("storeFailed " + attempt.key());
	}

}
