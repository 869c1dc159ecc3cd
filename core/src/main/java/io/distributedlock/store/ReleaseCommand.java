package io.distributedlock.store;

import java.time.Duration;

/**
 * Asks to end a grant.
 *
 * @param key the key, with the configured prefix
 * @param owner the owner token of the grant
 * @param minHold how long after the grant the lock stays taken; zero frees it at once
 */
public record ReleaseCommand(String key, String owner, Duration minHold) {
}
