package io.distributedlock.interceptor;

import java.util.Collection;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;

import io.distributedlock.annotation.InvalidLockAnnotationException;

/**
 * Looks at the proxies of locked beans as they are made: whether they expose what is
 * annotated, and whether a transaction begins before the lock is taken.
 */
public final class LockProxyChecker implements BeanPostProcessor, Ordered {

	private static final Logger logger = LoggerFactory.getLogger(LockProxyChecker.class);

	private static final String TRANSACTIONS = "org.springframework.transaction.interceptor.TransactionInterceptor";

	private final LockedMethods methods;

	/**
	 * Creates the checker.
	 * @param methods knows the annotated methods
	 */
	public LockProxyChecker(LockedMethods methods) {
		this.methods = methods;
	}

	/**
	 * Comes after the proxy creators.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	/**
	 * Checks a bean.
	 * @throws InvalidLockAnnotationException if its proxy cannot lock an annotated method
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof Advised advised) {
			Advisor[] outermostFirst = advised.getAdvisors();
			for (int i = 0; i < outermostFirst.length; i++) {
				if (outermostFirst[i] instanceof DistributedLockAdvisor) {
					check(bean, outermostFirst, i);
				}
			}
		}
		return bean;
	}

	private void check(Object bean, Advisor[] outermostFirst, int lockAt) {
		Class<?> targetClass = AopUtils.getTargetClass(bean);
		Collection<LockAttributes> annotated = this.methods.all(targetClass);
		ProxyCheck.check(annotated, bean.getClass());
		for (int i = 0; i < lockAt; i++) {
			if (outermostFirst[i] instanceof PointcutAdvisor advisor && isTransactional(advisor)) {
				annotated.stream()
					.filter((locked) -> advisor.getPointcut()
						.getMethodMatcher()
						.matches(locked.method().method(), targetClass))
					.forEach((locked) -> logger.warn(
							"{}: its transaction begins before the lock is taken, and can read what the last holder changed as it was before. "
									+ "Give transactions an order greater than {}; their default is.",
							locked.method(), DistributedLockAdvisor.ORDER));
			}
		}
	}

	/**
	 * Returns whether an advisor runs methods in transactions. By the name of its advice:
	 * transactions may not be on the class path.
	 * @param advisor the advisor
	 * @return whether its advice is Spring's
	 */
	public static boolean isTransactional(Advisor advisor) {
		for (Class<?> type = advisor.getAdvice().getClass(); type != null; type = type.getSuperclass()) {
			if (type.getName().equals(TRANSACTIONS)) {
				return true;
			}
		}
		return false;
	}

}
