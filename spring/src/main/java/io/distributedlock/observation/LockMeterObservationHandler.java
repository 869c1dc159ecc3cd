package io.distributedlock.observation;

import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.Observation;

/**
 * Makes no meters of observations of locks: there are meters of locks already. Of the
 * handlers that make meters, the first that supports an observation handles it, so this
 * one has to come first.
 */
public final class LockMeterObservationHandler implements MeterObservationHandler<LockObservationContext> {

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof LockObservationContext;
	}

}
