package io.distributedlock.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/**
 * Observes leases as {@code distributed.lock.held}. Low cardinality: {@code lock},
 * {@code provider} and {@code outcome}, which is {@code released} or {@code lost}. High
 * cardinality: {@code lock.key} and {@code lock.fencingToken}.
 */
public class DefaultLockHeldObservationConvention implements LockHeldObservationConvention {

	@Override
	public String getName() {
		return "distributed.lock.held";
	}

	@Override
	public String getContextualName(LockHeldContext context) {
		return "hold lock " + context.getLock();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(LockHeldContext context) {
		return KeyValues.of("lock", context.getLock(), "provider", context.getProvider(), "outcome", outcome(context));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(LockHeldContext context) {
		return KeyValues.of("lock.key", context.getKey(), "lock.fencingToken",
				Long.toString(context.getFencingToken()));
	}

	private static String outcome(LockHeldContext context) {
		if (!context.hasEnded()) {
			return KeyValue.NONE_VALUE;
		}
		return context.getLoss().isPresent() ? "lost" : "released";
	}

}
