package io.distributedlock.autoconfigure.actuate;

import io.distributedlock.actuate.LocksEndpoint;
import io.distributedlock.actuate.LocksEndpointWebExtension;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.metrics.LockStatisticsConfiguration;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.statistics.LockStatistics;
import io.micrometer.core.instrument.Clock;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration of the {@link LocksEndpoint} and the statistics it shows, where it
 * is exposed.
 */
@AutoConfiguration(after = DistributedLockAutoConfiguration.class)
@ConditionalOnClass({ ConditionalOnAvailableEndpoint.class, Clock.class })
@ConditionalOnAvailableEndpoint(LocksEndpoint.class)
@ConditionalOnBean(LockEngine.class)
@Import(LockStatisticsConfiguration.class)
public final class LocksEndpointAutoConfiguration {

	/** A test may put something else in the place of the engine. */
	@Bean
	@ConditionalOnMissingBean
	LocksEndpoint distributedLocksEndpoint(ObjectProvider<LockEngine> engine, LockStatistics statistics) {
		return new LocksEndpoint(engine::getObject, statistics);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(LocksEndpoint.class)
	@ConditionalOnAvailableEndpoint(endpoint = LocksEndpoint.class, exposure = EndpointExposure.WEB)
	LocksEndpointWebExtension distributedLocksEndpointWebExtension(LocksEndpoint endpoint) {
		return new LocksEndpointWebExtension(endpoint);
	}

}
