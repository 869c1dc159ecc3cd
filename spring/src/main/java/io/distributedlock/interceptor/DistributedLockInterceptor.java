package io.distributedlock.interceptor;

import java.util.Optional;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.util.function.SingletonSupplier;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LockRequest;
import io.distributedlock.LockedCallable;
import io.distributedlock.annotation.OnContention;

/**
 * Runs annotated methods under their lock. Thread-safe.
 */
public final class DistributedLockInterceptor implements MethodInterceptor {

	private final LockedMethods methods;

	private final Supplier<DistributedLocks> locks;

	/**
	 * Creates the interceptor.
	 * @param methods knows the annotated methods
	 * @param locks asked at the first call, so that no store is created before
	 */
	public DistributedLockInterceptor(LockedMethods methods, Supplier<? extends DistributedLocks> locks) {
		this.methods = methods;
		this.locks = SingletonSupplier.of(locks::get);
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		LockAttributes lock = (target != null)
				? this.methods.find(invocation.getMethod(), AopUtils.getTargetClass(target)) : null;
		if (target == null || lock == null) {
			return invocation.proceed();
		}
		LockRequest request = lock.request(target, invocation.getArguments());
		LockedCallable<Result, Exception> work = () -> new Result(proceed(invocation));
		if (lock.onContention() == OnContention.SKIP) {
			// Empty means contention for this lock. A method that itself is refused
			// another lock ends with that exception.
			Optional<Result> result = this.locks.get().tryCall(request, work);
			return result.isPresent() ? result.get().value() : lock.nothing();
		}
		return this.locks.get().call(request, work).value();
	}

	private static @Nullable Object proceed(MethodInvocation invocation) throws Exception {
		try {
			return invocation.proceed();
		}
		catch (Exception | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw DistributedLockInterceptor.<Exception>unchanged(ex);
		}
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	private static <E extends Throwable> E unchanged(Throwable thrown) throws E {
		throw (E) thrown;
	}

	/** What the method returned, which may be nothing. */
	private record Result(@Nullable Object value) {
	}

}
