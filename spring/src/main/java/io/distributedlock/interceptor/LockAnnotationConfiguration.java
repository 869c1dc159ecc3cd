package io.distributedlock.interceptor;

import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

import io.distributedlock.DistributedLocks;
import io.distributedlock.store.LockProvider;

/**
 * Makes {@link io.distributedlock.annotation.DistributedLock} work in an application
 * context. To be imported by a configuration that has a {@link DistributedLocks} bean,
 * which is created when the singletons are there at the latest, and may have a
 * {@link LockAnnotationSettings} bean, which is created when the first annotation is
 * read.
 */
@Configuration(proxyBeanMethods = false)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
@Import(LockAnnotationConfiguration.ProxyCreator.class)
@ImportRuntimeHints(LockAnnotationHints.class)
public class LockAnnotationConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LockedMethods distributedLockedMethods(DefaultListableBeanFactory beanFactory, Environment environment,
			ObjectProvider<LockAnnotationSettings> settings) {
		return new LockedMethods(beanFactory, environment,
				() -> settings.getIfAvailable(() -> LockAnnotationSettings.STANDARD));
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static DistributedLockAdvisor distributedLockAdvisor(LockedMethods methods,
			ObjectProvider<DistributedLocks> locks) {
		return new DistributedLockAdvisor(methods, new DistributedLockInterceptor(methods, locks::getObject));
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LockAnnotationValidator distributedLockAnnotationValidator(DefaultListableBeanFactory beanFactory,
			LockedMethods methods, ObjectProvider<LockProvider> providers) {
		return new LockAnnotationValidator(beanFactory, methods, providers);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LockDeclarations distributedLockDeclarations(LockedMethods methods, ObjectProvider<DistributedLocks> locks) {
		return new LockDeclarations(methods, locks);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LockProxyChecker distributedLockProxyChecker(LockedMethods methods) {
		return new LockProxyChecker(methods);
	}

	/** Makes sure that something creates proxies for infrastructure advisors. */
	static class ProxyCreator implements ImportBeanDefinitionRegistrar {

		@Override
		public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
			AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
		}

	}

}
