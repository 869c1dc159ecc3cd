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
<<<<<<< HEAD
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
=======
		catch (LockNotAcquiredException ex) {
			if (call.isAboutThisLock()) {
				return call.refused(ex);
			}
			throw ex;
		}
		catch (LockShutdownException ex) {
			return notRun(call, ex);
		}
	}

	/** Nobody waits for a schedule but Spring, which would log a shutdown as an error. */
	private static @Nullable Object notRun(LockedCall call, LockShutdownException shutdown) {
		Class<?> type = call.lock().method().method().getReturnType();
		if (!call.isAboutThisLock() || !call.lock().schedule().scheduled()
				|| (type.isPrimitive() && type != void.class)) {
			throw shutdown;
		}
		logger.info("{} does not run: this node is shutting down", call.lock().method());
		return ReturnTypes.nothing(type);
	}

	private static @Nullable Object ended(@Nullable Object result) throws InterruptedException {
		if (result instanceof Future<?> future) {
			try {
				future.get();
			}
			catch (ExecutionException | CancellationException ex) {
				logger.trace("Whoever asks the future of a task is told how it ended", ex);
			}
		}
		return result;
>>>>>>> main
	}

	/** What the method returned, which may be nothing. */
	private record Result(@Nullable Object value) {
	}

}
