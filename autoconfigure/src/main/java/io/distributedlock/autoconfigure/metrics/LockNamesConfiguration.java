package io.distributedlock.autoconfigure.metrics;

import io.distributedlock.metrics.LockNames;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The names under which locks are counted, the same wherever they are counted. To be
 * imported by whoever counts.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(LockNames.class)
public class LockNamesConfiguration {

	@Bean
	LockNames distributedLockNames() {
		return new LockNames();
	}

}
