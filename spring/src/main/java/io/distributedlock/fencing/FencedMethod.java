package io.distributedlock.fencing;

import java.lang.reflect.Modifier;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.key.LockKey;
import io.distributedlock.key.LockedMethod;

/**
 * A method that is {@link Fenced}.
 *
 * @param method the method
 * @param key computes what each call writes; read from the annotation when asked for
 */
record FencedMethod(LockedMethod method, Supplier<LockKey> key) {

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

	/**
	 * Reads the annotation.
	 * @throws InvalidLockAnnotationException if it cannot work
	 */
	void check() {
		LockKey unused = this.key.get();
	}

	/**
	 * Computes what a call writes.
	 * @param target the bean
	 * @param arguments the call's arguments
	 * @return the resource
	 */
	String resource(Object target, @Nullable Object[] arguments) {
		return this.key.get().resolve(target, arguments);
	}

	static InvalidLockAnnotationException invalid(LockedMethod method, String problem, String fix) {
		return new InvalidLockAnnotationException(Fenced.class, method.toString(), problem, fix);
	}

}
