package io.distributedlock.interceptor;

import java.time.Duration;
import java.util.Optional;

import io.distributedlock.LockRequest;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.Release;
import io.distributedlock.Renewal;

/**
 * The parts of a request that are the same for all calls; empty for what the application
 * configured.
 *
 * @param ttl how long the lease lasts unless renewed
 * @param waitTime how long to wait for a held lock
 * @param minHold how long the lock stays taken at least
 * @param maxHold for how long renewals go on
 * @param renewal whether the lease is renewed
 * @param onLeaseLost what happens if the lease is lost
 * @param provider who grants the lock
 * @param release when the lock is given back inside a transaction
 */
record LockOptions(Optional<Duration> ttl, Optional<Duration> waitTime, Optional<Duration> minHold,
		Optional<Duration> maxHold, Renewal renewal, OnLeaseLost onLeaseLost, Optional<String> provider,
		Release release) {

	LockRequest applyTo(LockRequest request) {
		LockRequest changed = request.withRenewal(this.renewal)
			.withOnLeaseLost(this.onLeaseLost)
			.withRelease(this.release);
		changed = this.ttl.map(changed::withTtl).orElse(changed);
		changed = this.waitTime.map(changed::withWaitTime).orElse(changed);
		changed = this.minHold.map(changed::withMinHold).orElse(changed);
		changed = this.maxHold.map(changed::withMaxHold).orElse(changed);
		return this.provider.map(changed::withProvider).orElse(changed);
	}

}
