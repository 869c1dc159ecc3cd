package io.distributedlock.interceptor;

import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import io.distributedlock.LockShutdownException;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.ProxyMethodInvocation;

/**
 * One call of an annotated method.
 */
final class LockedCall {

	private static final Logger logger = LoggerFactory.getLogger(LockedCall.class);

	private final LockAttributes lock;

	private final LockRequest request;

	private final Object target;

	private final MethodInvocation invocation;

	private volatile boolean begun;

	LockedCall(LockAttributes lock, Object target, MethodInvocation invocation) {
		this(lock, lock.request(target, invocation.getArguments()), target, invocation);
	}

	private LockedCall(LockAttributes lock, LockRequest request, Object target, MethodInvocation invocation) {
		this.lock = lock;
		this.request = request;
		this.target = target;
		this.invocation = invocation;
	}

	/**
	 * Returns the same call, not begun. To be asked before this one begins.
	 */
	LockedCall again() {
		MethodInvocation again = (this.invocation instanceof ProxyMethodInvocation repeatable)
				? repeatable.invocableClone() : this.invocation;
		return new LockedCall(this.lock, this.request, this.target, again);
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
	 * Does what the method wants to be done if it does not get its lock. Exceptions that
	 * come out of the method may be about other locks, of which this call knows nothing.
	 * @param failure how the call ended
	 * @return what its caller gets instead
	 * @throws Exception the failure, if it is something else, or what a fallback throws
	 */
	@Nullable Object refused(Throwable failure) throws Exception {
		if (!this.begun && failure instanceof LockNotAcquiredException contention) {
			return LockedCall.<Exception>unchanged(
					() -> this.lock.contention().handle(this.target, this.invocation.getArguments(), contention));
		}
		if (!this.begun && failure instanceof LockShutdownException && this.lock.schedule().scheduled()
				&& this.lock.style().canReturnNothing()) {
			// nobody waits but Spring, which would log a shutdown as an error
			logger.info("{} does not run: this node is shutting down", this.lock.method());
			return this.lock.style().nothing();
		}
		return LockedCall.<Exception>unchanged(() -> {
			throw failure;
		});
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
