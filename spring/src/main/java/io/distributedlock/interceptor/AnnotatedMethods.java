package io.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;

import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.key.LockedMethod;

import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Finds the annotated methods of a class. What their annotations say is not read, as
 * proxies may be chosen when an application is built, far from its configuration.
 */
final class AnnotatedMethods {

	private AnnotatedMethods() {
	}

	/**
	 * Finds the methods.
	 * @param userClass the bean's class
	 * @return the annotated methods, empty if there are none
	 * @throws InvalidLockAnnotationException if an annotation is where no proxy can lock
	 */
	static Map<Method, AnnotatedMethod> of(Class<?> userClass) {
		if (!AnnotationUtils.isCandidateClass(userClass, DistributedLock.class)) {
			return Map.of();
		}
		Map<Method, AnnotatedMethod> annotated = MethodIntrospector.selectMethods(userClass,
				(Method method) -> AnnotatedMethod.of(method, userClass).orElse(null));
		if (annotated.isEmpty() && AnnotatedMethod.isOn(userClass)) {
			throw new InvalidLockAnnotationException(userClass.getName(),
					"locks nothing: the type has no public method that a proxy can override",
					"Annotate a method that other beans call, or use DistributedLocks.call(..)");
		}
		annotated.values().forEach((found) -> checkThatProxiesCanLock(found.method()));
		return Map.copyOf(annotated);
	}

	private static void checkThatProxiesCanLock(LockedMethod locked) {
		Method method = locked.method();
		int modifiers = method.getModifiers();
		if (Modifier.isStatic(modifiers)) {
			throw new InvalidLockAnnotationException(locked.toString(), "is a static method, which has no proxy",
					"Make it an instance method of a bean, or use DistributedLocks.call(..)");
		}
		if (Modifier.isPrivate(modifiers)) {
			throw new InvalidLockAnnotationException(locked.toString(),
					"is a private method, which calls of the bean's proxy cannot reach",
					"Make it public and call it from another bean, or use DistributedLocks.call(..)");
		}
		if (Modifier.isFinal(modifiers)) {
			throw new InvalidLockAnnotationException(locked.toString(),
					"is a final method, which the bean's proxy cannot override", "Remove final");
		}
	}

}
