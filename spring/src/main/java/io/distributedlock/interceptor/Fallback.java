package io.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

import io.distributedlock.LockNotAcquiredException;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;

/**
 * The method that is called instead of one that does not get its lock.
 *
 * @param method the method
 * @param causeAt where among its arguments it takes the contention, if it does
 */
record Fallback(Method method, OptionalInt causeAt) {

	/**
	 * Calls the fallback.
	 * @return what it returns
	 * @throws Throwable what it throws, unchanged
	 */
	@Nullable Object call(Object target, @Nullable Object[] arguments, LockNotAcquiredException contention) throws Throwable {
		List<@Nullable Object> all = new ArrayList<>(Arrays.asList(arguments));
		this.causeAt.ifPresent((index) -> all.add(index, contention));
		return AopUtils.invokeJoinpointUsingReflection(bean(target), this.method, all.toArray());
	}

	/**
	 * Looks into proxies: a private method would see a proxy's fields, not the bean's.
	 */
	private Object bean(Object target) {
		Object inner = AopProxyUtils.getSingletonTarget(target);
		return (inner != null && this.method.getDeclaringClass().isInstance(inner)) ? bean(inner) : target;
	}

}
