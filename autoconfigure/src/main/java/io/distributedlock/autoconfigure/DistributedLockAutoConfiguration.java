package io.distributedlock.autoconfigure;

import java.util.Map;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LockListener;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.engine.LockEngineBuilder;
import io.distributedlock.engine.Transactions;
import io.distributedlock.store.LockProvider;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of {@link DistributedLocks}: the engine on top of every
 * {@link LockProvider} bean, telling every {@link LockListener} bean.
 */
@AutoConfiguration
@EnableConfigurationProperties(DistributedLockProperties.class)
@ImportRuntimeHints(LockRuntimeHints.class)
public final class DistributedLockAutoConfiguration {

	@Bean
	LockSettings distributedLockSettings(DistributedLockProperties properties, Environment environment) {
		return LockSettings.of(properties, environment);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(DistributedLocks.class)
	static class EngineConfiguration {

		@Bean
		LockProviders distributedLockProviders(ConfigurableListableBeanFactory beanFactory,
				DistributedLockProperties properties) {
			Map<String, LockProvider> providers = BeanFactoryUtils.beansOfTypeIncludingAncestors(beanFactory,
					LockProvider.class);
			// so that what a provider uses is there until the engine is closed
			providers.keySet().forEach((name) -> beanFactory.registerDependentBean(name, "distributedLocks"));
			return new LockProviders(providers, properties.provider());
		}

		@Bean
		LockEngine distributedLocks(LockProviders providers, LockSettings settings,
				DistributedLockProperties properties, ObjectProvider<Transactions> transactions,
				ObjectProvider<LockListener> listeners) {
			LockEngineBuilder builder = LockEngine.builder()
				.defaultProvider(providers.chosen().name())
				.nodeId(settings.nodeId())
				.keyPrefix(settings.keyPrefix())
				.defaults(settings.defaults())
				.storeTimeout(settings.storeTimeout())
				.transactions(transactions.getIfAvailable(() -> Transactions.NONE));
			if (properties.mdc().enabled()) {
				builder.mdc();
			}
			providers.all().forEach(builder::provider);
			listeners.orderedStream().forEach(builder::listener);
			return builder.build();
		}

		@Bean
		LockListener distributedLockEvents(ApplicationEventPublisher publisher) {
			return new LeaseLostEvents(publisher);
		}

		@Bean
		@ConditionalOnBooleanProperty("distributed-lock.events.enabled")
		LockListener distributedLockGrantEvents(ApplicationEventPublisher publisher) {
			return new LockEvents(publisher);
		}

		@Bean
		LockEngineLifecycle distributedLockLifecycle(ObjectProvider<LockEngine> engine, LockProviders providers,
				LockSettings settings, ApplicationContext context) {
			return new LockEngineLifecycle(engine.getIfAvailable(), providers.chosen(), settings, context);
		}

	}

}
