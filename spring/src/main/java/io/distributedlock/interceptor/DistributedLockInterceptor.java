package io.distributedlock.interceptor;

import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

import io.distributedlock.DistributedLocks;

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
		// A target that is a proxy itself is locked by what its interfaces say.
		LockAttributes lock = (target != null) ? this.methods.find(invocation.getMethod(), target.getClass()) : null;
		if (target == null || lock == null) {
			return invocation.proceed();
		}
		return lock.style().run(this.locks.get(), new LockedCall(lock, target, invocation));
	}

}
