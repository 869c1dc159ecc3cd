package io.distributedlock.engine;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Daemon platform threads: one for deadlines, a small pool of each other kind, and as
 * many as it takes for completions. Idle threads end.
 */
final class DefaultEngineThreads implements EngineThreads {

	private static final Logger logger = LoggerFactory.getLogger(DefaultEngineThreads.class);

	private static final long IDLE_SECONDS = 60;

	private static final Duration GRACE = Duration.ofSeconds(2);

	private final ScheduledThreadPoolExecutor deadlines;

	private final ExecutorService renewals = pool("renewals", 4);

	private final ExecutorService callbacks = pool("callbacks", 4);

	private final ExecutorService storeWork = pool("store-work", 8);

	private final ExecutorService completions = Executors.newCachedThreadPool(threads("completions"));

	DefaultEngineThreads() {
		this.deadlines = new ScheduledThreadPoolExecutor(1, threads("deadlines"));
		this.deadlines.setRemoveOnCancelPolicy(true);
		this.deadlines.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
	}

	@Override
	public Cancellation schedule(Duration delay, Runnable task) {
		try {
			Future<?> scheduled = this.deadlines.schedule(logged(task), delay.toNanos(), TimeUnit.NANOSECONDS);
			return () -> scheduled.cancel(false);
		}
		catch (RejectedExecutionException ex) {
			return () -> {
			};
		}
	}

	@Override
	public Executor renewals() {
		return unlessClosed(this.renewals);
	}

	@Override
	public Executor callbacks() {
		return unlessClosed(this.callbacks);
	}

	@Override
	public Executor storeWork() {
		return unlessClosed(this.storeWork);
	}

	@Override
	public Executor completions() {
		return unlessClosed(this.completions);
	}

	@Override
	public void close() {
		this.deadlines.shutdownNow();
		this.renewals.shutdown();
		this.storeWork.shutdown();
		this.callbacks.shutdown();
		this.completions.shutdown();
		try {
			long until = System.nanoTime() + GRACE.toNanos();
			for (ExecutorService executor : new ExecutorService[] { this.renewals, this.storeWork, this.callbacks }) {
				executor.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.renewals.shutdownNow();
		this.storeWork.shutdownNow();
		this.callbacks.shutdownNow();
	}

	private static Executor unlessClosed(ExecutorService executor) {
		return (task) -> {
			try {
				executor.execute(logged(task));
			}
			catch (RejectedExecutionException ex) {
				logger.debug("Dropped a task: the locks are shut down");
			}
		};
	}

	private static Runnable logged(Runnable task) {
		return () -> {
			try {
				task.run();
			}
			catch (Throwable ex) {
				logger.error("A task of the lock engine failed", ex);
			}
		};
	}

	private static ExecutorService pool(String kind, int size) {
		ThreadPoolExecutor pool = new ThreadPoolExecutor(size, size, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), threads(kind));
		pool.allowCoreThreadTimeOut(true);
		return pool;
	}

	private static ThreadFactory threads(String kind) {
		AtomicInteger number = new AtomicInteger();
		return (task) -> {
			Thread thread = new Thread(task, "distributed-lock-" + kind + "-" + number.incrementAndGet());
			thread.setDaemon(true);
			return thread;
		};
	}

}
