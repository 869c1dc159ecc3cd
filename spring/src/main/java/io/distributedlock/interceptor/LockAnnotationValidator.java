package io.distributedlock.interceptor;

import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.SpringProxy;
import org.springframework.aop.framework.autoproxy.AbstractAutoProxyCreator;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.util.ClassUtils;

import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.store.LockProvider;

/**
 * Reads the annotations of every bean whose class is known from its definition, so that a
 * mistake in one that is created later, if ever, is found at startup, and so is a bean
 * that was created too early to be locked. Creates no bean.
 */
public final class LockAnnotationValidator implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(LockAnnotationValidator.class);

	private final DefaultListableBeanFactory beanFactory;

	private final LockedMethods methods;

	private final ObjectProvider<LockProvider> providers;

	/**
	 * Creates the validator.
	 * @param beanFactory the beans to check
	 * @param methods knows the annotated methods
	 * @param providers those that annotations can name
	 */
	public LockAnnotationValidator(DefaultListableBeanFactory beanFactory, LockedMethods methods,
			ObjectProvider<LockProvider> providers) {
		this.beanFactory = beanFactory;
		this.methods = methods;
		this.providers = providers;
	}

	/**
	 * Checks the beans.
	 * @throws InvalidLockAnnotationException if an annotation cannot work, or a bean that
	 * has one was created without a proxy
	 */
	@Override
	public void afterSingletonsInstantiated() {
		this.methods.whenRead(this::checkProvider);
		for (String beanName : this.beanFactory.getBeanDefinitionNames()) {
			BeanDefinition definition = this.beanFactory.getMergedBeanDefinition(beanName);
			if (!definition.isAbstract()) {
				check(beanName, definition);
			}
		}
	}

	private void check(String beanName, BeanDefinition definition) {
		Class<?> beanClass = beanClass(beanName, definition);
		// What implements an interface is checked when it is created.
		if (beanClass == null || beanClass.isInterface()) {
			return;
		}
		Collection<LockAttributes> annotated;
		try {
			annotated = this.methods.all(beanClass);
		}
		catch (IllegalStateException | LinkageError ex) {
			logger.debug("Bean '{}' is not checked: {} cannot be read", beanName, beanClass, ex);
			return;
		}
		if (annotated.isEmpty()) {
			return;
		}
		Object singleton = this.beanFactory.getSingleton(beanName);
		if (singleton == null) {
			checkFutureProxy(beanName, beanClass, annotated);
		}
		else if (!(singleton instanceof SpringProxy) && ClassUtils.getUserClass(singleton) == beanClass
				&& !Mocks.isMock(singleton)) {
			throw new InvalidLockAnnotationException(beanClass.getName(),
					("bean '%s' has no proxy and would run without the lock: it was created before beans are proxied, "
							+ "as a BeanPostProcessor is and all that one depends on")
						.formatted(beanName),
					"Make the @Bean method of the BeanPostProcessor static, and inject what it needs lazily, "
							+ "as an ObjectProvider or with @Lazy");
		}
	}

	/** Without any such bean, the application brings locks of its own. */
	private void checkProvider(LockAttributes locked) {
		locked.provider().ifPresent((provider) -> {
			List<String> known = this.providers.stream().map(LockProvider::name).sorted().toList();
			if (known.isEmpty() || known.contains(provider)) {
				return;
			}
			throw new InvalidLockAnnotationException(locked.method().toString(), "provider", provider,
					"names no provider that is there",
					"Write one of '%s', or leave it out for the configured one".formatted(String.join("', '", known)));
		});
	}

	private @Nullable Class<?> beanClass(String beanName, BeanDefinition definition) {
		if (definition.getAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE) instanceof Class<?> original) {
			return original;
		}
		Class<?> type = this.beanFactory.getType(beanName, false);
		return (type != null) ? ClassUtils.getUserClass(type) : null;
	}

	/** Asks the proxy creators what they will make, where that is not always a class. */
	private void checkFutureProxy(String beanName, Class<?> beanClass, Collection<LockAttributes> annotated) {
		if (ClassUtils.getAllInterfacesForClass(beanClass).length == 0) {
			return;
		}
		for (BeanPostProcessor processor : this.beanFactory.getBeanPostProcessors()) {
			if (processor instanceof AbstractAutoProxyCreator creator && !creator.isProxyTargetClass()) {
				ProxyCheck.check(annotated, creator.determineBeanType(beanClass, beanName));
			}
		}
	}

}
