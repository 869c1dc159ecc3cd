package io.distributedlock.observation;

import java.util.Optional;

import io.distributedlock.LeaseLost;
import org.jspecify.annotations.Nullable;

/**
 * A lease, from the grant to its release or loss.
 */
public final class LockHeldContext extends LockObservationContext {

	private final long fencingToken;

	private boolean ended;

	private @Nullable LeaseLost loss;

	LockHeldContext(String key, String lock, String provider, long fencingToken) {
		super(key, lock, provider);
		this.fencingToken = fencingToken;
	}

	/**
	 * Returns the number of the grant.
	 * @return the fencing token
	 */
	public long getFencingToken() {
		return this.fencingToken;
	}

	/**
	 * Returns whether the lease has ended.
	 * @return {@code false} while held
	 */
	public boolean hasEnded() {
		return this.ended;
	}

	/**
	 * Returns how the lease was lost.
	 * @return the loss, empty while held and if released
	 */
	public Optional<LeaseLost> getLoss() {
		return Optional.ofNullable(this.loss);
	}

	void end(@Nullable LeaseLost loss) {
		this.ended = true;
		this.loss = loss;
	}

}
