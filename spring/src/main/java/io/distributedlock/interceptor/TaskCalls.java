package io.distributedlock.interceptor;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import io.distributedlock.DistributedLocks;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Runs methods that Spring calls on the thread of a task of their own: {@code @Async}. If
 * the method returns a future, Spring waits for it on that thread, and so does the lock.
 */
final class TaskCalls implements CallStyle {

	private final Class<?> type;

	TaskCalls(Class<?> type) {
		this.type = type;
	}

	@Override
	public @Nullable Object run(DistributedLocks locks, LockedCall call) throws Exception {
		return ValueCalls.run(locks, call, () -> ended(call.proceed()));
	}

	@Override
	public boolean isAsynchronous() {
		return false;
	}

	@Override
	public boolean canReturnNothing() {
		return true;
	}

	@Override
	public @Nullable Object nothing() {
		return ReturnTypes.nothing(this.type);
	}

	/**
	 * Waits for the end of a task, interrupted or not: its work goes on. What it fails
	 * with is what the method throws, as Spring would make of it too.
	 */
	private static @Nullable Object ended(@Nullable Object result) throws Exception {
		if (!(result instanceof Future<?> future)) {
			return result;
		}
		boolean interrupted = false;
		try {
			while (true) {
				try {
					future.get();
					return result;
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		catch (ExecutionException ex) {
			ReflectionUtils.rethrowException((ex.getCause() != null) ? ex.getCause() : ex);
			return result;
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
