package io.distributedlock.fencing;

import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.util.function.SingletonSupplier;

import io.distributedlock.Lease;
import io.distributedlock.LockContext;

/**
 * Checks the token of the innermost lease before a {@link Fenced} method runs.
 * Thread-safe.
 */
final class FencedInterceptor implements MethodInterceptor {

	private final FencedMethods methods;

	private final Supplier<FencingGuard> guard;

	FencedInterceptor(FencedMethods methods, Supplier<? extends FencingGuard> guard) {
		this.methods = methods;
		this.guard = SingletonSupplier.of(guard::get);
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		FencedMethod fenced = (target != null)
				? this.methods.find(invocation.getMethod(), AopUtils.getTargetClass(target)) : null;
		if (target != null && fenced != null) {
			Lease lease = LockContext.current().orElseThrow(() -> withoutLease(fenced));
			this.guard.get().check(fenced.resource(target, invocation.getArguments()), lease.fencingToken());
		}
		return invocation.proceed();
	}

	private static IllegalStateException withoutLease(FencedMethod fenced) {
		return new IllegalStateException(
				("@Fenced method %s was called without a lease on its call path, so there is no token to check: "
						+ "annotate it, or what calls it, with @DistributedLock, or call it from DistributedLocks.call(..). "
						+ "Another thread has the lease only through LockContext.wrap(..)")
					.formatted(fenced.method()));
	}

}
