package io.distributedlock.fencing;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;

import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.interceptor.LockProxyChecker;

/**
 * Looks at the proxies of beans with {@link Fenced} methods as they are made: whether
 * they expose those, and whether the transaction begins before the check.
 */
final class FencedProxyChecker implements BeanPostProcessor, Ordered {

	private final FencedMethods methods;

	FencedProxyChecker(FencedMethods methods) {
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
	 * @throws InvalidLockAnnotationException if its proxy cannot check an annotated
	 * method within its transaction
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof Advised advised) {
			List<Advisor> outermostFirst = Arrays.asList(advised.getAdvisors());
			for (int i = 0; i < outermostFirst.size(); i++) {
				if (outermostFirst.get(i) instanceof FencedAdvisor) {
					check(bean, outermostFirst.subList(i + 1, outermostFirst.size()));
				}
			}
		}
		return bean;
	}

	private void check(Object bean, List<Advisor> inside) {
		Class<?> targetClass = AopUtils.getTargetClass(bean);
		Collection<FencedMethod> fenced = this.methods.all(targetClass);
		fenced.forEach((method) -> checkExposed(method, bean.getClass()));
		for (Advisor advisor : inside) {
			if (advisor instanceof PointcutAdvisor pointcut && LockProxyChecker.isTransactional(advisor)) {
				fenced.forEach((method) -> checkOutside(method, pointcut, targetClass));
			}
		}
	}

	private static void checkExposed(FencedMethod fenced, Class<?> proxyClass) {
		boolean exposed = !Proxy.isProxyClass(proxyClass)
				|| Arrays.stream(ClassUtils.getAllInterfacesForClass(proxyClass))
					.flatMap((contract) -> Arrays.stream(contract.getMethods()))
					.anyMatch((method) -> AopUtils.getMostSpecificMethod(method, fenced.method().userClass())
						.equals(fenced.method().method()));
		if (!exposed) {
			throw FencedMethod.invalid(fenced.method(),
					"is in none of the bean's interfaces, and the bean has a JDK proxy, which knows only those",
					"Add it to an interface, or proxy the class: spring.aop.proxy-target-class=true");
		}
	}

	private static void checkOutside(FencedMethod fenced, PointcutAdvisor transactions, Class<?> targetClass) {
		if (transactions.getPointcut().getMethodMatcher().matches(fenced.method().method(), targetClass)) {
			throw FencedMethod.invalid(fenced.method(),
					"would be checked before its transaction begins, which protects nothing",
					"Give transactions a smaller order: @EnableTransactionManagement(order = Ordered.LOWEST_PRECEDENCE - 1)");
		}
	}

}
