package io.distributedlock.store;

import java.time.Duration;

/**
 * Asks to prolong a grant.
 *
 * @param key the key, with the configured prefix
 * @param owner the owner token of the grant
 * @param ttl how long the grant lasts from now, by the store's clock
 */
public record RenewCommand(String key, String owner, Duration ttl) {
}
