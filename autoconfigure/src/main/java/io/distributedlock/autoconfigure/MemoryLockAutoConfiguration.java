package io.distributedlock.autoconfigure;

import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.LockProvider;
import io.distributedlock.time.TimeSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the provider {@code memory}. It excludes nobody on other nodes,
 * so it grants locks only where it is asked for by name.
 */
@AutoConfiguration
public final class MemoryLockAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "memoryLockProvider")
	LockProvider memoryLockProvider() {
		return new LockProvider("memory", () -> new MemoryLockStore(TimeSource.system()));
	}

}
