package io.distributedlock.engine;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * A thread that makes one blocking call. Every wait for it is bounded.
 *
 * @param <T> what the call returns
 */
final class Caller<T> {

	private static final long PATIENCE_SECONDS = 20;

	private final CompletableFuture<T> outcome = new CompletableFuture<>();

	private final CompletableFuture<Boolean> interruptedFlag = new CompletableFuture<>();

	private final Thread thread;

	private Caller(Callable<T> call) {
		this.thread = new Thread(() -> run(call), "caller");
		this.thread.setDaemon(true);
	}

	static <T> Caller<T> of(Callable<T> call) {
		Caller<T> caller = new Caller<>(call);
		caller.thread.start();
		return caller;
	}

	private void run(Callable<T> call) {
		try {
			T result = call.call();
			this.interruptedFlag.complete(Thread.currentThread().isInterrupted());
			this.outcome.complete(result);
		}
		catch (Throwable ex) {
			this.interruptedFlag.complete(Thread.currentThread().isInterrupted());
			this.outcome.completeExceptionally(ex);
		}
	}

	void interrupt() {
		this.thread.interrupt();
	}

	/** Waits until the call waits. */
	Caller<T> awaitWaiting() {
		long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
		while (this.thread.getState() != Thread.State.WAITING && this.thread.getState() != Thread.State.TIMED_WAITING) {
			if (System.nanoTime() - until > 0) {
				throw new AssertionError("The call does not wait");
			}
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
		}
		return this;
	}

	/** Waits for the call to return. */
	T result() {
		try {
			return this.outcome.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			throw new AssertionError("The call failed", ex.getCause());
		}
		catch (InterruptedException | TimeoutException ex) {
			throw new AssertionError("The call did not return", ex);
		}
	}

	/** Waits for the call to throw. */
	Throwable failure() {
		try {
			T result = this.outcome.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
			throw new AssertionError("The call returned " + result);
		}
		catch (ExecutionException ex) {
			@Nullable Throwable cause = ex.getCause();
			return (cause != null) ? cause : ex;
		}
		catch (InterruptedException | TimeoutException ex) {
			throw new AssertionError("The call did not end", ex);
		}
	}

	/** Tells whether the thread was interrupted when the call ended. */
	boolean endedInterrupted() {
		return this.interruptedFlag.join();
	}

	boolean isRunning() {
		return !this.outcome.isDone();
	}

}
