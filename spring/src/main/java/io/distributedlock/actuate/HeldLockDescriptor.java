package io.distributedlock.actuate;

import java.time.Instant;

import io.distributedlock.LockInfo;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What the store says about a held lock.
 *
 * @param key the logical key
 * @param provider the provider asked
 * @param held {@code true}: a free lock is not described
 * @param node the node that holds it
 * @param fencingToken the number of the grant
 * @param acquiredAt when it was granted, by the store's clock
 * @param remainingMillis how long it lasts if it is not renewed, by the store's clock
 */
public record HeldLockDescriptor(String key, String provider, boolean held, String node, long fencingToken,
		Instant acquiredAt, long remainingMillis) implements OperationResponseBody {

	static HeldLockDescriptor of(LockInfo lock) {
		return new HeldLockDescriptor(lock.key(), lock.provider(), true, lock.node(), lock.fencingToken(),
				lock.acquiredAt(), lock.remaining().toMillis());
	}

}
