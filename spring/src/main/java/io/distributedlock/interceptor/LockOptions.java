package io.distributedlock.interceptor;

import java.time.Duration;
import java.util.Optional;

import io.distributedlock.LockRequest;
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
 */
record LockOptions(Optional<Duration> ttl, Optional<Duration> waitTime, Optional<Duration> minHold,
		Optional<Duration> maxHold, Renewal renewal) {

	LockRequest applyTo(LockRequest request) {
		LockRequest changed = request.withRenewal(this.renewal);
		changed = this.ttl.map(changed::withTtl).orElse(changed);
		changed = this.waitTime.map(changed::withWaitTime).orElse(changed);
		changed = this.minHold.map(changed::withMinHold).orElse(changed);
		return this.maxHold.map(changed::withMaxHold).orElse(changed);
	}

}
