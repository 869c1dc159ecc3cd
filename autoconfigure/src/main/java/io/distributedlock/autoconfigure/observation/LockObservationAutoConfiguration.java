package io.distributedlock.autoconfigure.observation;

import io.distributedlock.autoconfigure.metrics.LockNamesConfiguration;
import io.distributedlock.metrics.LockNames;
import io.distributedlock.observation.LockAcquireObservationConvention;
import io.distributedlock.observation.LockHeldObservationConvention;
import io.distributedlock.observation.LockMeterObservationHandler;
import io.distributedlock.observation.LockObservations;
import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration of the observations of locks, where there is an
 * {@link ObservationRegistry}.
 */
@AutoConfiguration(
		afterName = { "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
				"org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration" })
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnSingleCandidate(ObservationRegistry.class)
@Import(LockNamesConfiguration.class)
public final class LockObservationAutoConfiguration {

	/** Where nobody but makers of meters listens, observations cost and are not seen. */
	@Bean
	@ConditionalOnMissingBean
	LockObservations distributedLockObservations(ListableBeanFactory beanFactory, ObservationRegistry registry,
			LockNames names, ObjectProvider<LockAcquireObservationConvention> acquireConvention,
			ObjectProvider<LockHeldObservationConvention> heldConvention) {
		ObservationRegistry heard = ObservationListeners.in(beanFactory).hear(registry) ? registry
				: ObservationRegistry.NOOP;
		return new LockObservations(heard, names, acquireConvention.getIfAvailable(), heldConvention.getIfAvailable());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterObservationHandler.class)
	static class MeterHandlerConfiguration {

		/**
		 * Of all handlers that make meters, the first that supports a context gets it.
		 */
		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		LockMeterObservationHandler distributedLockMeterObservationHandler() {
			return new LockMeterObservationHandler();
		}

	}

}
