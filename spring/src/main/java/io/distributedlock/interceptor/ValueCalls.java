package io.distributedlock.interceptor;

import java.util.concurrent.Callable;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LockException;
import org.jspecify.annotations.Nullable;

/**
 * Runs methods whose work has ended when they return.
 */
final class ValueCalls implements CallStyle {

	private final Class<?> type;

	ValueCalls(Class<?> type) {
		this.type = type;
	}

	@Override
	public @Nullable Object run(DistributedLocks locks, LockedCall call) throws Exception {
		return run(locks, call, call::proceed);
	}

	static @Nullable Object run(DistributedLocks locks, LockedCall call, Callable<@Nullable Object> work)
			throws Exception {
		try {
			return locks.<Result, Exception>call(call.request(), () -> new Result(work.call())).value();
		}
		catch (LockException ex) {
			return call.refused(ex);
		}
	}

	@Override
	public boolean isAsynchronous() {
		return false;
	}

	@Override
	public boolean canReturnNothing() {
		return !this.type.isPrimitive() || this.type == void.class;
	}

	@Override
	public @Nullable Object nothing() {
		return ReturnTypes.nothing(this.type);
	}

	/** What the method returned, which may be nothing. */
	private record Result(@Nullable Object value) {
	}

}
