package io.distributedlock.observation;

import io.micrometer.common.KeyValues;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The Java of docs/metrics.md, word for word.
 */
@Configuration(proxyBeanMethods = false)
class ObservationSnippets {

	@Bean
	LockAcquireObservationConvention lockAcquireObservationConvention() {
		return new DefaultLockAcquireObservationConvention() {

			@Override
			public KeyValues getHighCardinalityKeyValues(LockAcquireContext context) {
				return KeyValues.empty();
			}

		};
	}

	@Bean
	LockHeldObservationConvention lockHeldObservationConvention() {
		return new DefaultLockHeldObservationConvention() {

			@Override
			public KeyValues getHighCardinalityKeyValues(LockHeldContext context) {
				return KeyValues.of("lock.fencingToken", Long.toString(context.getFencingToken()));
			}

		};
	}

}
