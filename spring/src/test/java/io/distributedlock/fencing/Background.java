package io.distributedlock.fencing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Threads that do something at the same time. Every wait has an end.
 */
final class Background implements AutoCloseable {

	private static final long PATIENCE_SECONDS = 60;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	Future<?> start(Runnable task) {
		return this.threads.submit(task);
	}

	/** Runs tasks at the same time and fails as the first that fails does. */
	void all(List<? extends Callable<?>> tasks) throws Exception {
		List<Future<?>> running = new ArrayList<>();
		for (Callable<?> task : tasks) {
			running.add(this.threads.submit(task));
		}
		for (Future<?> task : running) {
			await(task);
		}
	}

	/** Returns whether a task goes on for a while, as it waits for something. */
	static boolean isWaiting(Future<?> task) throws Exception {
		try {
			task.get(300, TimeUnit.MILLISECONDS);
			return false;
		}
		catch (TimeoutException ex) {
			return true;
		}
	}

	/** Waits for a task and throws what it threw. */
	static void await(Future<?> task) throws Exception {
		try {
			task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof Exception cause) {
				throw cause;
			}
			throw ex;
		}
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
	}

}
