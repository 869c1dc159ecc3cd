package io.distributedlock.actuate;

import java.util.List;
import java.util.Map;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * The locks of a node.
 *
 * @param provider the provider of locks that name none
 * @param node the node's id
 * @param keyPrefix what every key starts with in the store
 * @param locks what happened to the locks on this node, by name; those of another
 * provider than the default one by {@code name@provider}
 * @param leases what this node holds now, on all providers: at most 1,000, those that end
 * first
 */
public record LocksDescriptor(String provider, String node, String keyPrefix, Map<String, LockDescriptor> locks,
		List<LeaseDescriptor> leases) implements OperationResponseBody {
}
