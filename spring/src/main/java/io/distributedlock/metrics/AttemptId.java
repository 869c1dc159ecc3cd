package io.distributedlock.metrics;

import io.distributedlock.LockAttempt;
import org.jspecify.annotations.Nullable;

/**
 * Which acquisition is meant, of those that ask for the same: equals only that of the
 * same instance.
 *
 * @param attempt the acquisition
 */
public record AttemptId(LockAttempt attempt) {

	@Override
	@SuppressWarnings("ReferenceEquality")
	public boolean equals(@Nullable Object other) {
		return other instanceof AttemptId id && id.attempt == this.attempt;
	}

	@Override
	public int hashCode() {
		return System.identityHashCode(this.attempt);
	}

}
