package io.distributedlock.fencing;

import java.lang.reflect.Method;

import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;
import org.springframework.core.Ordered;

/**
 * Puts the check around {@link Fenced} methods, inside their transaction: transactions
 * have the same order by default, and come first where their advisor is registered first.
 */
final class FencedAdvisor extends StaticMethodMatcherPointcutAdvisor {

	private final transient FencedMethods methods;

	FencedAdvisor(FencedMethods methods, FencedInterceptor interceptor) {
		super(interceptor);
		this.methods = methods;
		setOrder(Ordered.LOWEST_PRECEDENCE);
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		return this.methods.find(method, targetClass) != null;
	}

	/** The same in each context, so that the classes of proxies are used again. */
	@Override
	public String toString() {
		return getClass().getName();
	}

}
