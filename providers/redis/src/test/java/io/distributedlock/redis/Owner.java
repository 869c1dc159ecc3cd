package io.distributedlock.redis;

import java.time.Duration;
import java.util.UUID;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One owner that wants one lock of a store.
 */
record Owner(LockStore store, String key, String token, Duration ttl) {

	static Owner of(LockStore store, String key) {
		return new Owner(store, key, UUID.randomUUID().toString(), Duration.ofMinutes(1));
	}

	Owner rival() {
		return of(this.store, this.key);
	}

	Owner withTtl(Duration other) {
		return new Owner(this.store, this.key, this.token, other);
	}

	AcquireResult tryAcquire() {
		return this.store.tryAcquire(acquireCommand("node"));
	}

	AcquireCommand acquireCommand(String node) {
		return new AcquireCommand(this.key, this.token, node, this.ttl);
	}

	/** Acquires the lock and returns the fencing token. */
	long acquire() {
		AcquireResult result = tryAcquire();
		assertThat(result).isInstanceOf(Granted.class);
		return ((Granted) result).fencingToken();
	}

	RenewResult renew() {
		return this.store.renew(new RenewCommand(this.key, this.token, this.ttl));
	}

	ReleaseResult release() {
		return this.store.release(releaseCommand());
	}

	ReleaseCommand releaseCommand() {
		return new ReleaseCommand(this.key, this.token, Duration.ZERO);
	}

}
