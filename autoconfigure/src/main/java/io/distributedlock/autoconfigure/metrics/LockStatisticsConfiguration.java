package io.distributedlock.autoconfigure.metrics;

import io.distributedlock.metrics.LockNames;
import io.distributedlock.statistics.LockStatistics;
import io.micrometer.core.instrument.Clock;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The statistics behind the endpoint and the page, which need no meters. To be imported
 * by those who show them: counting has its price.
 */
@Configuration(proxyBeanMethods = false)
@Import(LockNamesConfiguration.class)
@ConditionalOnMissingBean(LockStatistics.class)
public class LockStatisticsConfiguration {

	@Bean
	LockStatistics distributedLockStatistics(LockNames names) {
		return new LockStatistics(names, Clock.SYSTEM);
	}

}
