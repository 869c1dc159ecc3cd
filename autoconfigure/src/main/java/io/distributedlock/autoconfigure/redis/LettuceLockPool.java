package io.distributedlock.autoconfigure.redis;

import java.time.Duration;

import io.distributedlock.autoconfigure.DistributedLockConfigurationException;
import io.lettuce.core.api.StatefulConnection;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;

import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration.LettuceClientConfigurationBuilder;
import org.springframework.data.redis.connection.lettuce.LettucePoolingClientConfiguration;
import org.springframework.util.ClassUtils;

/**
 * Connections of Lettuce that serve one step at a time: the server answers nobody else on
 * a connection that waits for replicas.
 */
final class LettuceLockPool {

	private static final int SIZE = 8;

	private LettuceLockPool() {
	}

	/**
	 * Starts a configuration with a pool.
	 * @param timeout how long a command may take; half of it to wait for a connection
	 * that is free
	 * @return the configuration, to be completed
	 * @throws DistributedLockConfigurationException if Commons Pool is missing
	 */
	static LettuceClientConfigurationBuilder configuration(Duration timeout) {
		if (!ClassUtils.isPresent("org.apache.commons.pool2.impl.GenericObjectPoolConfig",
				LettuceLockPool.class.getClassLoader())) {
			throw new DistributedLockConfigurationException(
					"The property distributed-lock.redis.replicas is above 0. That needs a pool of connections, and Commons Pool is not on the class path.",
					"Add the dependency org.apache.commons:commons-pool2 (Spring Boot manages its version).");
		}
		return Pooled.configuration(timeout);
	}

	/** Loaded only where Commons Pool is there. */
	private static final class Pooled {

		static LettuceClientConfigurationBuilder configuration(Duration timeout) {
			GenericObjectPoolConfig<StatefulConnection<?, ?>> pool = new GenericObjectPoolConfig<>();
			pool.setMaxTotal(SIZE);
			pool.setMaxIdle(SIZE);
			pool.setMaxWait(timeout.dividedBy(2));
			pool.setJmxEnabled(false);
			return LettucePoolingClientConfiguration.builder().poolConfig(pool);
		}

	}

}
