package io.distributedlock.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names and key values of the observations of leases. A bean of this type replaces
 * {@link DefaultLockHeldObservationConvention}, and so does a
 * {@link io.micrometer.observation.GlobalObservationConvention}.
 */
public interface LockHeldObservationConvention extends ObservationConvention<LockHeldContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof LockHeldContext;
	}

}
