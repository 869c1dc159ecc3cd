package io.distributedlock.interceptor;

import java.lang.reflect.Method;
<<<<<<< HEAD
import java.lang.reflect.UndeclaredThrowableException;
=======
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
>>>>>>> main

import io.distributedlock.LockNotAcquiredException;
import org.jspecify.annotations.Nullable;

<<<<<<< HEAD
import org.springframework.aop.support.AopUtils;
import org.springframework.core.KotlinDetector;
import org.springframework.util.ObjectUtils;
import org.springframework.util.ReflectionUtils;
=======
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
>>>>>>> main

/**
 * The method that is called instead of one that does not get its lock.
 *
 * @param method the method
 * @param causeAt where among its arguments it takes the contention, if it does
 */
<<<<<<< HEAD
record Fallback(Method method, boolean toldWhy) {

	/**
	 * Finds a method's fallback.
	 * @param name as the annotation has it
	 * @param locked the method
	 * @return the fallback
	 * @throws InvalidLockAnnotationException if there is none of that name that fits
	 */
	static Fallback find(String name, LockedMethod locked) {
		Class<?>[] parameters = locked.method().getParameterTypes();
		Class<?>[] withCause = ObjectUtils.addObjectToArray(parameters, LockNotAcquiredException.class,
				locked.parameterTypes().size());
		Method toldWhy = ReflectionUtils.findMethod(locked.userClass(), name, withCause);
		Method method = (toldWhy != null) ? toldWhy : ReflectionUtils.findMethod(locked.userClass(), name, parameters);
		if (method == null) {
			throw new InvalidLockAnnotationException(locked.toString(), "fallback", name,
					"names no method of this class with the same parameters",
					"Write a method %s%s, optionally with a LockNotAcquiredException as its last parameter"
						.formatted(name, locked.simpleParameterTypes()));
		}
		if (method.equals(locked.method())) {
			throw new InvalidLockAnnotationException(locked.toString(), "fallback", name, "names the method itself",
					"Name another method");
		}
		Class<?> wanted = ReturnTypes.of(locked.method(), locked.userClass());
		Class<?> returned = ReturnTypes.of(method, locked.userClass());
		if (!wanted.isAssignableFrom(returned)) {
			throw new InvalidLockAnnotationException(locked.toString(), "fallback", name,
					"returns %s, and not %s as the method does".formatted(returned.getName(), wanted.getName()),
					"Give both the same return type");
		}
		ReflectionUtils.makeAccessible(method);
		return new Fallback(method, toldWhy != null);
	}
=======
record Fallback(Method method, OptionalInt causeAt) {
>>>>>>> main

	/**
	 * Calls the fallback.
	 * @return what it returns
	 * @throws Throwable what it throws, unchanged
	 */
<<<<<<< HEAD
	@Nullable Object call(Object target, @Nullable Object[] arguments, LockNotAcquiredException contention) throws Exception {
		@Nullable Object[] all = arguments;
		if (this.toldWhy) {
			int added = KotlinDetector.isSuspendingFunction(this.method) ? 1 : 0;
			all = ObjectUtils.addObjectToArray(arguments, contention, arguments.length - added);
		}
		try {
			return AopUtils.invokeJoinpointUsingReflection(target, this.method, all);
		}
		catch (Exception | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new UndeclaredThrowableException(ex);
		}
=======
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
>>>>>>> main
	}

}
