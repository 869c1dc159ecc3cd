package io.distributedlock.fencing;

import java.lang.reflect.Modifier;
import java.util.function.Supplier;

import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.key.LockKey;
import io.distributedlock.key.LockedMethod;

/**
 * A method that is {@link Fenced}.
 *
 * @param method the method
 * @param resource computes what each call writes; read from the annotation when asked
 * for, which fails if that cannot work
 */
record FencedMethod(LockedMethod method, Supplier<LockKey> resource) {

	/**
	 * Refuses methods that proxies do not see.
	 */
	FencedMethod {
		int modifiers = method.method().getModifiers();
		if (Modifier.isStatic(modifiers)) {
			throw invalid(method, "is a static method, which has no proxy",
					"Make it an instance method of a bean, or use FencingGuard.check(..)");
		}
		if (Modifier.isPrivate(modifiers)) {
			throw invalid(method, "is a private method, which calls of the bean's proxy cannot reach",
					"Make it public and call it from another bean, or use FencingGuard.check(..)");
		}
		if (Modifier.isFinal(modifiers)) {
			throw invalid(method, "is a final method, which the bean's proxy cannot override", "Remove final");
		}
	}

	static InvalidLockAnnotationException invalid(LockedMethod method, String problem, String fix) {
		return new InvalidLockAnnotationException(Fenced.class, method.toString(), problem, fix);
	}

}
