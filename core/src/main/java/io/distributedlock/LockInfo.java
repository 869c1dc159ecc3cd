package io.distributedlock;

import java.time.Duration;
import java.time.Instant;

/**
 * What a store says about a held lock, at the moment it was asked.
 *
 * @param key the logical key, without the configured prefix
 * @param provider the provider asked
 * @param node the node that acquired the lock
 * @param fencingToken the token of the grant in force
 * @param acquiredAt when it was granted, by the store's clock
 * @param remaining how long it lasts if it is not renewed, by the store's clock
 */
public record LockInfo(String key, String provider, String node, long fencingToken, Instant acquiredAt,
		Duration remaining) {
}
