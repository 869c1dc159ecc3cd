package io.distributedlock.autoconfigure;

import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.interceptor.DistributedLockAdvisor;
import io.distributedlock.interceptor.LockAnnotationConfiguration;
import io.distributedlock.interceptor.LockAnnotationSettings;

import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;

/**
 * Auto-configuration of {@link DistributedLock @DistributedLock}. Needs neither AspectJ
 * nor Spring Boot's own configuration of AOP. A parent context has no part in how the
 * beans of its children are proxied, so each has this.
 */
@AutoConfiguration(after = DistributedLockAutoConfiguration.class)
@ConditionalOnMissingBean(value = DistributedLockAdvisor.class, search = SearchStrategy.CURRENT)
@Import(LockAnnotationConfiguration.class)
public final class LockAnnotationAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean
	static LockAnnotationSettings distributedLockAnnotationSettings(LockSettings settings) {
		return new LockAnnotationSettings(settings.defaults(), settings.scheduledMinHold());
	}

	/**
	 * Proxies classes as Spring Boot does, unless the application wants interfaces only.
	 */
	@Bean
	@ConditionalOnBooleanProperty(name = "spring.aop.proxy-target-class", matchIfMissing = true)
	static BeanFactoryPostProcessor distributedLockClassProxies() {
		return (beanFactory) -> {
			if (beanFactory instanceof BeanDefinitionRegistry registry) {
				AopConfigUtils.forceAutoProxyCreatorToUseClassProxying(registry);
			}
		};
	}

}
