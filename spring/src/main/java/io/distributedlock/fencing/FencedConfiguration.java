package io.distributedlock.fencing;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/**
 * Makes {@link Fenced} work in an application context that creates proxies for
 * infrastructure advisors. To be imported after the transactions are configured, so that
 * the check comes inside them.
 */
@Configuration(proxyBeanMethods = false)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
@ImportRuntimeHints(FencedAnnotationHints.class)
public class FencedConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static FencedMethods distributedLockFencedMethods(DefaultListableBeanFactory beanFactory, Environment environment) {
		return new FencedMethods(beanFactory, environment);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static FencedAdvisor distributedLockFencedAdvisor(FencedMethods methods, ObjectProvider<FencingGuard> guard) {
		return new FencedAdvisor(methods, new FencedInterceptor(methods, guard::getObject));
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static FencedAnnotationValidator distributedLockFencedAnnotationValidator(DefaultListableBeanFactory beanFactory,
			FencedMethods methods, ObjectProvider<FencingGuard> guard) {
		return new FencedAnnotationValidator(beanFactory, methods, guard);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static FencedProxyChecker distributedLockFencedProxyChecker(FencedMethods methods) {
		return new FencedProxyChecker(methods);
	}

}
