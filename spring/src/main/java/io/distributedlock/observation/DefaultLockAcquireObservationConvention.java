package io.distributedlock.observation;

import java.util.Locale;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/**
 * Observes acquisitions as {@code distributed.lock.acquire}. Low cardinality:
 * {@code lock}, {@code provider} and {@code outcome}, which is {@code acquired},
 * {@code not_acquired}, {@code error} or {@code interrupted}. High cardinality:
 * {@code lock.key} and, once granted, {@code lock.fencingToken}.
 */
public class DefaultLockAcquireObservationConvention implements LockAcquireObservationConvention {

	@Override
	public String getName() {
		return "distributed.lock.acquire";
	}

	@Override
	public String getContextualName(LockAcquireContext context) {
		return "acquire lock " + context.getLock();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(LockAcquireContext context) {
		return KeyValues.of("lock", context.getLock(), "provider", context.getProvider(), "outcome",
				context.getOutcome()
					.map((outcome) -> outcome.name().toLowerCase(Locale.ROOT))
					.orElse(KeyValue.NONE_VALUE));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(LockAcquireContext context) {
		KeyValues values = KeyValues.of("lock.key", context.getKey());
		return context.getFencingToken().isPresent()
				? values.and("lock.fencingToken", Long.toString(context.getFencingToken().getAsLong())) : values;
	}

}
