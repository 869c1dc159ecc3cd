package io.distributedlock.transaction;

import java.util.Collection;
import java.util.Set;

import io.distributedlock.engine.GrantedLease;

/**
 * Leases that last until a transaction ends.
 *
 * @param leases the leases
 * @param afterCompletion called when the transaction has ended, on the thread that ended
 * it, before its resources are given back
 */
public record LeaseHold(Set<GrantedLease> leases, Runnable afterCompletion) {

	/** No leases. */
	public static final LeaseHold NONE = new LeaseHold(Set.of(), () -> {
	});

	/**
	 * Copies the leases.
	 */
	public LeaseHold {
		leases = Set.copyOf(leases);
	}

	/**
	 * Creates a hold that ends by itself.
	 * @param leases the leases
	 * @return the hold
	 */
	public static LeaseHold of(Collection<GrantedLease> leases) {
		return new LeaseHold(Set.copyOf(leases), NONE.afterCompletion());
	}

}
