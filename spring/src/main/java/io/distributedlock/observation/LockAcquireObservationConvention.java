package io.distributedlock.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names and key values of the observations of acquisitions. A bean of this type replaces
 * {@link DefaultLockAcquireObservationConvention}, and so does a
 * {@link io.micrometer.observation.GlobalObservationConvention}.
 */
public interface LockAcquireObservationConvention extends ObservationConvention<LockAcquireContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof LockAcquireContext;
	}

}
