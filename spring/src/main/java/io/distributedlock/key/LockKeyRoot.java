package io.distributedlock.key;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

/**
 * What key expressions see as {@code #root}.
 */
public final class LockKeyRoot {

	private final LockedMethod method;

	private final Object target;

	private final @Nullable Object[] args;

	LockKeyRoot(LockedMethod method, Object target, @Nullable Object[] args) {
		this.method = method;
		this.target = target;
		this.args = args;
	}

	/**
	 * Returns the method being called.
	 * @return the bean class's method
	 */
	public Method getMethod() {
		return this.method.method();
	}

	/**
	 * Returns the name of the method being called.
	 * @return its simple name
	 */
	public String getMethodName() {
		return this.method.method().getName();
	}

	/**
	 * Returns the call's arguments.
	 * @return the arguments
	 */
	public @Nullable Object[] getArgs() {
		return this.args;
	}

	/**
	 * Returns the bean.
	 * @return the object behind the proxy
	 */
	public Object getTarget() {
		return this.target;
	}

	/**
	 * Returns the bean's class.
	 * @return the class as written by the user
	 */
	public Class<?> getTargetClass() {
		return this.method.userClass();
	}

}
