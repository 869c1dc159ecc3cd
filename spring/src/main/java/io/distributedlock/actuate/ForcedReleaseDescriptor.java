package io.distributedlock.actuate;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What came of a forced release.
 *
 * @param key the logical key
 * @param provider the provider asked
 * @param released {@code false} if the lock was free
 */
public record ForcedReleaseDescriptor(String key, String provider, boolean released) implements OperationResponseBody {
}
