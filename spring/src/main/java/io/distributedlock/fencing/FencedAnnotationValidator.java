package io.distributedlock.fencing;

import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.SpringProxy;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.util.ClassUtils;

import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.interceptor.Mocks;

/**
 * Finds {@link Fenced} methods that cannot work at startup, in every bean whose class is
 * known from its definition. Where there are any, creates the {@link FencingGuard}.
 */
final class FencedAnnotationValidator implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(FencedAnnotationValidator.class);

	private final DefaultListableBeanFactory beanFactory;

	private final FencedMethods methods;

	private final ObjectProvider<FencingGuard> guard;

	FencedAnnotationValidator(DefaultListableBeanFactory beanFactory, FencedMethods methods,
			ObjectProvider<FencingGuard> guard) {
		this.beanFactory = beanFactory;
		this.methods = methods;
		this.guard = guard;
	}

	/**
	 * Checks the beans.
	 * @throws InvalidLockAnnotationException if an annotation cannot work, a bean that
	 * has one was created without a proxy, or there is no guard
	 */
	@Override
	public void afterSingletonsInstantiated() {
		for (String beanName : this.beanFactory.getBeanDefinitionNames()) {
			BeanDefinition definition = this.beanFactory.getMergedBeanDefinition(beanName);
			Class<?> beanClass = definition.isAbstract() ? null : beanClass(beanName, definition);
			Collection<FencedMethod> fenced = (beanClass != null) ? fenced(beanName, beanClass) : List.of();
			if (beanClass != null && !fenced.isEmpty()) {
				checkProxy(beanName, beanClass);
				checkGuard(fenced.iterator().next());
			}
		}
	}

	private Collection<FencedMethod> fenced(String beanName, Class<?> beanClass) {
		try {
			return this.methods.all(beanClass);
		}
		catch (IllegalStateException | LinkageError ex) {
			logger.debug("Bean '{}' is not checked: {} cannot be read", beanName, beanClass, ex);
			return List.of();
		}
	}

	private @Nullable Class<?> beanClass(String beanName, BeanDefinition definition) {
		if (definition.getAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE) instanceof Class<?> original) {
			return original;
		}
		Class<?> type = this.beanFactory.getType(beanName, false);
		// What implements an interface is checked when it is created.
		return (type == null || type.isInterface()) ? null : ClassUtils.getUserClass(type);
	}

	private void checkProxy(String beanName, Class<?> beanClass) {
		Object singleton = this.beanFactory.getSingleton(beanName);
		if (singleton != null && !(singleton instanceof SpringProxy) && ClassUtils.getUserClass(singleton) == beanClass
				&& !Mocks.isMock(singleton)) {
			throw new InvalidLockAnnotationException(Fenced.class, beanClass.getName(),
					"bean '%s' has no proxy and would run unchecked: it was created before beans are proxied"
						.formatted(beanName),
					"If a BeanPostProcessor depends on it, make that one's @Bean method static, and inject lazily");
		}
	}

	private void checkGuard(FencedMethod fenced) {
		if (this.guard.stream().findAny().isEmpty()) {
			throw FencedMethod.invalid(fenced.method(), "needs a FencingGuard, and there is none",
					"Add a DataSource (spring-boot-starter-jdbc, a driver and spring.datasource.url), or a bean of type FencingGuard");
		}
	}

}
