package io.distributedlock.interceptor;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockShutdownException;
import io.distributedlock.LockedCallable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs methods whose work has ended when they return.
 */
final class ValueCalls {

	private static final Logger logger = LoggerFactory.getLogger(ValueCalls.class);

	private ValueCalls() {
	}

	static @Nullable Object run(DistributedLocks locks, LockedCall call) throws Exception {
		return run(locks, call, () -> new Result(call.proceed()));
	}

	/**
	 * Runs a method on the thread of its task. If the task returns a future, Spring waits
	 * for it there, and so does the lock.
	 */
	static @Nullable Object runTask(DistributedLocks locks, LockedCall call) throws Exception {
		return run(locks, call, () -> new Result(ended(call.proceed())));
	}

	private static @Nullable Object run(DistributedLocks locks, LockedCall call, LockedCallable<Result, Exception> work)
			throws Exception {
		try {
			return locks.call(call.request(), work).value();
		}
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
	}

	/** What the method returned, which may be nothing. */
	private record Result(@Nullable Object value) {
	}

}
