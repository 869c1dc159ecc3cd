package io.distributedlock;

/**
 * An acquisition, for {@link LockListener listeners}: the same instance from its begin to
 * its end, and another one for each acquisition.
 *
 * @param key the logical key; unbounded, not for meter tags
 * @param name the bounded name used in meters and logs
 * @param provider the provider asked
 */
public record LockAttempt(String key, String name, String provider) {
}
