package io.distributedlock.event;

import java.time.Duration;

import io.distributedlock.Lease;

/**
 * A lock was granted to this node. Published on the acquiring thread, before its work
 * begins, if {@code distributed-lock.events.enabled} is set.
 *
 * @param key the logical key
 * @param name the lock's name in meters and logs
 * @param provider who granted it
 * @param fencingToken the number of the grant
 * @param waited the time from request to grant
 */
public record LockAcquired(String key, String name, String provider, long fencingToken, Duration waited) {

	/**
	 * Creates the event.
	 * @param lease the lease
	 * @param waited the time from request to grant
	 * @return the event
	 */
	public static LockAcquired of(Lease lease, Duration waited) {
		return new LockAcquired(lease.key(), lease.name(), lease.provider(), lease.fencingToken(), waited);
	}

}
