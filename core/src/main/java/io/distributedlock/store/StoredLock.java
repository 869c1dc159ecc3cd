package io.distributedlock.store;

import java.time.Duration;
import java.time.Instant;

/**
 * A held lock as the store sees it.
 *
 * @param key the key, with the configured prefix
 * @param node the node that acquired it
 * @param fencingToken the token of the grant in force
 * @param acquiredAt when it was granted, by the store's clock
 * @param remaining how long it lasts unless renewed, by the store's clock
 */
public record StoredLock(String key, String node, long fencingToken, Instant acquiredAt, Duration remaining) {
}
