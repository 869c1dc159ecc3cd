package io.distributedlock;

import java.time.Instant;

/**
 * The announcement that a lease is over before its holder closed it. Announced once per
 * lease, and for {@link Reason#DEADLINE} before the store can have granted the lock to
 * somebody else.
 *
 * @param key the logical key
 * @param name the bounded name used in meters and logs
 * @param provider the provider that granted the lease
 * @param fencingToken the lost grant's token
 * @param reason why the lease is lost
 * @param at when the loss was noticed, by this node's wall clock
 */
public record LeaseLost(String key, String name, String provider, long fencingToken, Reason reason, Instant at) {

	/**
	 * Why a lease was lost.
	 */
	public enum Reason {

		/** The store said at a renewal or release that the grant is not in force. */
		REFUSED,

		/** No renewal succeeded in time, or none was asked for. */
		DEADLINE,

		/** The lease reached its longest hold time. */
		MAX_HOLD,

		/** Somebody released the lock by force. */
		FORCE_RELEASED,

		/** The node shut down while the lease was held. */
		SHUTDOWN

	}

}
