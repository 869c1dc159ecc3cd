package io.distributedlock.observation;

import java.util.Optional;
import java.util.OptionalLong;

import io.distributedlock.AcquisitionOutcome;
import io.distributedlock.Lease;
import org.jspecify.annotations.Nullable;

/**
 * An acquisition, from the request to its outcome.
 */
public final class LockAcquireContext extends LockObservationContext {

	private @Nullable AcquisitionOutcome outcome;

	private @Nullable Lease lease;

	LockAcquireContext(String key, String lock, String provider) {
		super(key, lock, provider);
	}

	/**
	 * Returns how the acquisition ended.
	 * @return the outcome, empty until then
	 */
	public Optional<AcquisitionOutcome> getOutcome() {
		return Optional.ofNullable(this.outcome);
	}

	/**
	 * Returns the number of the grant.
	 * @return the fencing token, empty without a grant
	 */
	public OptionalLong getFencingToken() {
		return (this.lease != null) ? OptionalLong.of(this.lease.fencingToken()) : OptionalLong.empty();
	}

	void end(AcquisitionOutcome outcome, @Nullable Lease lease) {
		this.outcome = outcome;
		this.lease = lease;
	}

}
