package io.distributedlock.event;

import java.time.Duration;

import io.distributedlock.Lease;

/**
 * A lease was closed by its holder on this node, lost or not. Published on the closing
 * thread, before the store is told, if {@code distributed-lock.events.enabled} is set.
 *
 * @param key the logical key
 * @param name the lock's name in meters and logs
 * @param provider who granted it
 * @param fencingToken the number of the grant
 * @param held the time from grant to close
 */
public record LockReleased(String key, String name, String provider, long fencingToken, Duration held) {

	/**
	 * Creates the event.
	 * @param lease the lease
	 * @param held the time from grant to close
	 * @return the event
	 */
	public static LockReleased of(Lease lease, Duration held) {
		return new LockReleased(lease.key(), lease.name(), lease.provider(), lease.fencingToken(), held);
	}

}
