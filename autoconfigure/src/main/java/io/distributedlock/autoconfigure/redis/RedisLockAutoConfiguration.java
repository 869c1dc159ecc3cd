package io.distributedlock.autoconfigure.redis;

import java.time.Duration;

import io.distributedlock.autoconfigure.DistributedLockProperties;
import io.distributedlock.autoconfigure.DurationProperties;
import io.distributedlock.redis.RedisLockStore;
import io.distributedlock.redis.RedisLockStoreConfig;
import io.distributedlock.store.LockProvider;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Auto-configuration of the provider {@code redis}: locks on the server of the
 * application's {@link RedisConnectionFactory}.
 */
@AutoConfiguration(afterName = "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration")
@ConditionalOnClass({ RedisLockStore.class, RedisConnectionFactory.class })
@Conditional(RedisLockAutoConfiguration.OnConnectionFactory.class)
@EnableConfigurationProperties({ RedisLockProperties.class, DistributedLockProperties.class })
@ImportRuntimeHints(ServerConfigurationHints.class)
public final class RedisLockAutoConfiguration {

	@Bean
	LockConnections redisLockConnections(ConfigurableListableBeanFactory beanFactory, RedisLockProperties properties,
			DistributedLockProperties lockProperties) {
		return new LockConnections(() -> LockConnectionFactory.find(beanFactory, properties.connectionFactoryBeanName(),
				"redisLockConnections"), lockProperties.storeTimeout(), properties.replicas());
	}

	@Bean
	@ConditionalOnMissingBean(name = "redisLockProvider")
	LockProvider redisLockProvider(LockConnections connections, RedisLockProperties properties,
			DistributedLockProperties lockProperties, Environment environment) {
		checkNamespace(properties.namespace());
		checkReplicas(properties.replicas());
		checkRetention(properties.retention(), new DurationProperties(environment));
		return new LockProvider("redis",
				() -> open(RedisLockStoreConfig.of(connections.open())
					.withNamespace(properties.namespace())
					.withStoreTimeout(lockProperties.storeTimeout())
					.withRetention(properties.retention())
					.withReplicas(properties.replicas())
					.withStrict(properties.strict())));
	}

	private static RedisLockStore open(RedisLockStoreConfig config) {
		try {
			return RedisLockStore.open(config);
		}
		catch (IllegalArgumentException ex) {
			// the connections are not of the kind that can wait for them
			throw new InvalidConfigurationPropertyValueException("distributed-lock.redis.replicas", config.replicas(),
					String.valueOf(ex.getMessage()));
		}
	}

	private static void checkNamespace(String namespace) {
		if (namespace.isBlank()) {
			throw new InvalidConfigurationPropertyValueException("distributed-lock.redis.namespace", namespace,
					"It is blank. Write for example %s".formatted(RedisLockStoreConfig.DEFAULT_NAMESPACE));
		}
	}

	private static void checkReplicas(int replicas) {
		if (replicas < 0) {
			throw new InvalidConfigurationPropertyValueException("distributed-lock.redis.replicas", replicas,
					"It has to be 0 or more.");
		}
	}

	private static void checkRetention(Duration retention, DurationProperties durations) {
		String name = "distributed-lock.redis.retention";
		if (durations.positive(name, retention).compareTo(RedisLockStoreConfig.SHORTEST_RETENTION) < 0) {
			throw new InvalidConfigurationPropertyValueException(name, retention,
					"It has to be 1s or more, for example 24h.");
		}
	}

	static class OnConnectionFactory extends AnyNestedCondition {

		OnConnectionFactory() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnBean(RedisConnectionFactory.class)
		static class Any {

		}

		@ConditionalOnProperty(LockConnectionFactory.PROPERTY)
		static class Named {

		}

	}

}
