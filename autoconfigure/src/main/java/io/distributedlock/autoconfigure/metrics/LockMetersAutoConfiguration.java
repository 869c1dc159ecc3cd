package io.distributedlock.autoconfigure.metrics;

import io.distributedlock.metrics.LockMeters;
import io.distributedlock.metrics.LockNames;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration of the meters of locks, where there is a {@link MeterRegistry}.
 */
@AutoConfiguration(afterName = {
		"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
		"org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration" })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnSingleCandidate(MeterRegistry.class)
@Import(LockNamesConfiguration.class)
public final class LockMetersAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	LockMeters distributedLockMeters(MeterRegistry registry, LockNames names) {
		return new LockMeters(registry, names);
	}

}
