package io.distributedlock.actuate.board;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import io.distributedlock.LockInfo;
import io.distributedlock.metrics.LeaseId;

/**
 * How long leases are, as far as can be seen from outside: a store tells what remains,
 * not of how much. Thread-safe.
 * <p>
 * A young lease was not renewed yet, since that happens after a third, and is as long as
 * its age and what remains together. Of an older one only the largest remaining time that
 * was seen is known. So no length is too long, and no lease seems closer to its end than
 * it is, as long as this node's clock agrees with that of the store and the lease is not
 * extended: age is measured with both clocks, and an extension may follow the grant at
 * once or make the lease shorter.
 */
final class LeaseLengths {

	private final Map<LeaseId, Duration> lengths = new ConcurrentHashMap<>();

	Duration of(LockInfo lock, Instant now) {
		Duration remaining = lock.remaining();
		return this.lengths.merge(LeaseId.of(lock), guess(remaining, Duration.between(lock.acquiredAt(), now)),
				(known, guess) -> longer(known, remaining));
	}

	/**
	 * Forgets all but some.
	 */
	void retain(Collection<LockInfo> locks) {
		this.lengths.keySet().retainAll(locks.stream().map(LeaseId::of).collect(Collectors.toSet()));
	}

	private static Duration guess(Duration remaining, Duration age) {
		boolean young = !age.isNegative() && age.compareTo(remaining.dividedBy(3)) < 0;
		return young ? remaining.plus(age) : remaining;
	}

	private static Duration longer(Duration one, Duration other) {
		return (one.compareTo(other) >= 0) ? one : other;
	}

}
