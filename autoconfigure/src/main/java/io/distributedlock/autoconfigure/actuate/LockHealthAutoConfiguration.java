package io.distributedlock.autoconfigure.actuate;

import io.distributedlock.actuate.LockHealthIndicator;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.DurationProperties;
import io.distributedlock.engine.LockEngine;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the health contributor {@code distributedLock}.
 */
@AutoConfiguration(after = DistributedLockAutoConfiguration.class,
		beforeName = "org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration")
@ConditionalOnClass({ HealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnEnabledHealthIndicator("distributed-lock")
@ConditionalOnBean(LockEngine.class)
@EnableConfigurationProperties(LockHealthProperties.class)
public final class LockHealthAutoConfiguration {

	/** A test may put something else in the place of the engine. */
	@Bean
	@ConditionalOnMissingBean(name = "distributedLockHealthContributor")
	HealthContributor distributedLockHealthContributor(ObjectProvider<LockEngine> engine,
			LockHealthProperties properties, Environment environment) {
		new DurationProperties(environment).positive("management.health.distributed-lock.latency-threshold",
				properties.latencyThreshold());
		if (properties.slowProbes() < 1) {
			throw new InvalidConfigurationPropertyValueException("management.health.distributed-lock.slow-probes",
					properties.slowProbes(), "It has to be at least 1.");
		}
		LockEngine found = engine.getIfAvailable();
		HealthIndicator unknown = () -> Health.unknown().build();
		return (found != null) ? new LockHealthIndicator(found, properties.latencyThreshold(), properties.slowProbes())
				: unknown;
	}

}
