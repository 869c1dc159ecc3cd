package io.distributedlock.metrics;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LockInfo;

/**
 * What a lease, the announcement of its loss and what the store says of it have in
 * common.
 *
 * @param provider the provider that granted the lease
 * @param key the logical key
 * @param fencingToken the grant's token
 */
public record LeaseId(String provider, String key, long fencingToken) {

	/**
	 * Returns the id of a lease.
	 * @param lease the lease
	 * @return its id
	 */
	public static LeaseId of(Lease lease) {
		return new LeaseId(lease.provider(), lease.key(), lease.fencingToken());
	}

	/**
	 * Returns the id of a lost lease.
	 * @param lost the announcement of the loss
	 * @return the id of the lease
	 */
	public static LeaseId of(LeaseLost lost) {
		return new LeaseId(lost.provider(), lost.key(), lost.fencingToken());
	}

	/**
	 * Returns the id of the lease on a held lock.
	 * @param held the lock
	 * @return the id of the lease
	 */
	public static LeaseId of(LockInfo held) {
		return new LeaseId(held.provider(), held.key(), held.fencingToken());
	}

}
