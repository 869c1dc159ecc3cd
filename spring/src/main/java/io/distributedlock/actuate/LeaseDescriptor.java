package io.distributedlock.actuate;

import java.time.Instant;

import io.distributedlock.Lease;

/**
 * A lease of a node.
 *
 * @param key the logical key
 * @param name the bounded name used in meters and logs
 * @param provider the provider that granted it
 * @param fencingToken the number of the grant
 * @param acquiredAt when it was granted, by the store's clock
 * @param remainingMillis how long it lasts if it is not renewed, by the node's clock
 */
public record LeaseDescriptor(String key, String name, String provider, long fencingToken, Instant acquiredAt,
		long remainingMillis) {

	static LeaseDescriptor of(Lease lease) {
		return new LeaseDescriptor(lease.key(), lease.name(), lease.provider(), lease.fencingToken(),
				lease.acquiredAt(), lease.remaining().toMillis());
	}

}
