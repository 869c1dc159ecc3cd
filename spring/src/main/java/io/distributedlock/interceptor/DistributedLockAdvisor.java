package io.distributedlock.interceptor;

import java.lang.reflect.Method;

import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;
import org.springframework.core.Ordered;

/**
 * Puts the interceptor around annotated methods: outside transactions and caches, inside
 * asynchronous execution and retries, so that each attempt takes the lock anew.
 */
public final class DistributedLockAdvisor extends StaticMethodMatcherPointcutAdvisor {

	/** The advisor's order; transactions and caches have a greater one by default. */
	public static final int ORDER = Ordered.LOWEST_PRECEDENCE - 10;

	private final transient LockedMethods methods;

	/**
	 * Creates the advisor.
	 * @param methods knows the annotated methods
	 * @param interceptor takes the locks
	 */
	public DistributedLockAdvisor(LockedMethods methods, DistributedLockInterceptor interceptor) {
		super(interceptor);
		this.methods = methods;
		setOrder(ORDER);
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		return this.methods.isAnnotated(method, targetClass);
	}

	/**
	 * The same in each context: Spring tells by it whether the class of a proxy can be
	 * used again, for the next context or from ahead-of-time processing.
	 */
	@Override
	public String toString() {
		return getClass().getName();
	}

}
