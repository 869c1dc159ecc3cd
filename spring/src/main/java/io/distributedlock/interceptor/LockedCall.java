package io.distributedlock.interceptor;

import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * One call of an annotated method.
 */
final class LockedCall {

	private final LockAttributes lock;

	private final LockRequest request;

	private final Object target;

	private final MethodInvocation invocation;

	private volatile boolean begun;

	LockedCall(LockAttributes lock, Object target, MethodInvocation invocation) {
		this.lock = lock;
		this.request = lock.request(target, invocation.getArguments());
		this.target = target;
		this.invocation = invocation;
	}

	/**
	 * Returns what is to be locked. The key was computed when the call came.
	 */
	LockRequest request() {
		return this.request;
	}

	LockAttributes lock() {
		return this.lock;
	}

	/**
	 * Runs the method; what it throws comes out unchanged.
	 * @return what it returned
	 */
	@Nullable Object proceed() throws Exception {
		this.begun = true;
		return LockedCall.<Exception>unchanged(this.invocation::proceed);
	}

	/**
	 * Tells whether an exception concerns the lock of this call. One that comes out of
	 * the method may concern another lock, of which this call knows nothing.
	 * @return {@code false} once the method has begun
	 */
	boolean isAboutThisLock() {
		return !this.begun;
	}

	/**
	 * Does what the method wants to be done if it does not get its lock.
	 * @return what its caller gets instead
	 * @throws Exception the contention, or what the fallback throws, unchanged
	 */
	@Nullable Object refused(LockNotAcquiredException contention) throws Exception {
		return LockedCall.<Exception>unchanged(
				() -> this.lock.contention().handle(this.target, this.invocation.getArguments(), contention));
	}

	/** Lets what is neither an exception nor an error pass as if it were. */
	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	private static <E extends Throwable> @Nullable Object unchanged(UserCode code) throws E {
		try {
			return code.call();
		}
		catch (Throwable ex) {
			throw (E) ex;
		}
	}

	@FunctionalInterface
	private interface UserCode {

		@Nullable Object call() throws Throwable;

	}

}
