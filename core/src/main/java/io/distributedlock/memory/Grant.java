package io.distributedlock.memory;

import java.time.Duration;
import java.time.Instant;

import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.StoredLock;

/**
 * A grant, or what a minHold leaves of it: then nobody owns it.
 */
record Grant(String key, String owner, String node, long fencingToken, Instant acquiredAt, long grantedNanos,
		long expiresNanos) {

	private static final String NOBODY = "";

	boolean isOwnedBy(String candidate) {
		return this.owner.equals(candidate);
	}

	boolean isInForce(long now) {
		return this.expiresNanos - now > 0;
	}

	Grant lastingUntil(long nanos) {
		return new Grant(this.key, this.owner, this.node, this.fencingToken, this.acquiredAt, this.grantedNanos, nanos);
	}

	Grant ownedByNobodyFor(Duration minHold) {
		return new Grant(this.key, NOBODY, this.node, this.fencingToken, this.acquiredAt, this.grantedNanos,
				this.grantedNanos + minHold.toNanos());
	}

	AcquireResult.Granted granted() {
		return new AcquireResult.Granted(this.fencingToken, this.acquiredAt);
	}

	AcquireResult.Held held(long now) {
		return new AcquireResult.Held(this.node, this.fencingToken, Duration.ofNanos(this.expiresNanos - now));
	}

	StoredLock stored(long now) {
		return new StoredLock(this.key, this.node, this.fencingToken, this.acquiredAt,
				Duration.ofNanos(this.expiresNanos - now));
	}

}
