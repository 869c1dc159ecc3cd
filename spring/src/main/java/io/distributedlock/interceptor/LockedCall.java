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
		try {
			return this.invocation.proceed();
		}
		catch (Exception | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw LockedCall.<Exception>unchanged(ex);
		}
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
		return this.lock.contention().handle(this.target, this.invocation.getArguments(), contention);
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	private static <E extends Throwable> E unchanged(Throwable thrown) throws E {
		throw (E) thrown;
	}

}
