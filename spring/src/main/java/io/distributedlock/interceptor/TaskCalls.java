package io.distributedlock.interceptor;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import io.distributedlock.DistributedLocks;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs methods that Spring calls on the thread of a task of their own: {@code @Async}. If
 * the method returns a future, Spring waits for it on that thread, and so does the lock.
 */
final class TaskCalls implements CallStyle {

	private static final Logger logger = LoggerFactory.getLogger(TaskCalls.class);

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

}
