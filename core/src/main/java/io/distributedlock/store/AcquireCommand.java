package io.distributedlock.store;

import java.time.Duration;

/**
 * Asks for a grant.
 *
 * @param key the key, with the configured prefix
 * @param owner the random token of this acquisition
 * @param node the id of the node that asks, shown to others
 * @param ttl how long the grant lasts unless renewed, by the store's clock
 */
public record AcquireCommand(String key, String owner, String node, Duration ttl) {
}
