package io.distributedlock.actuate;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.distributedlock.time.TimeSource;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * A question to a store. It is asked once at a time, however many want to know, so that a
 * store that hangs keeps one thread and not one per request. That thread is none of those
 * who ask: theirs may be interrupted, which would look like a failure of the store.
 * Thread-safe.
 *
 * @param <T> what is asked for
 */
public final class StoreQuestion<T> {

	private static final long LONGEST_PAUSE = Duration.ofMinutes(1).toNanos();

	private final Supplier<T> question;

	private final Duration patience;

	private final int pause;

	private final TimeSource time;

	private final Executor threads;

	private volatile long askAgain;

	private @Nullable CompletableFuture<StoreAnswer<T>> asked;

	/**
	 * Creates an instance that asks whenever somebody wants to know.
	 * @param question asks the store, on a daemon thread
	 * @param patience how long an answer is waited for
	 */
	public StoreQuestion(Supplier<T> question, Duration patience) {
		this(question, patience, 0, TimeSource.system());
	}

	/**
	 * Creates an instance that spares the store: an answer, a failure too, is given again
	 * for as long as {@code pause} times the time it took, and at most a minute.
	 * @param question asks the store, on a daemon thread
	 * @param patience how long an answer is waited for
	 * @param pause how much longer than an answer takes nothing is asked after it
	 * @param time measures both
	 */
	public StoreQuestion(Supplier<T> question, Duration patience, int pause, TimeSource time) {
		this(question, patience, pause, time, daemons());
	}

	StoreQuestion(Supplier<T> question, Duration patience, int pause, TimeSource time, Executor threads) {
		this.question = question;
		this.patience = patience;
		this.pause = pause;
		this.time = time;
		this.threads = threads;
	}

	/**
	 * Asks, or joins those who wait for an answer already, or gives the last one again.
	 * @return completes within the patience, and never exceptionally: whatever is thrown
	 * is a failed answer
	 */
	public CompletableFuture<StoreAnswer<T>> ask() {
		StoreAnswer<T> none = new StoreAnswer.Failed<>("no answer within " + this.patience.toMillis() + " ms");
		try {
			return running().copy().completeOnTimeout(none, this.patience.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (Throwable ex) {
			// there may be no more threads
			return CompletableFuture.completedFuture(new StoreAnswer.Failed<>(reason(ex)));
		}
	}

	private synchronized CompletableFuture<StoreAnswer<T>> running() {
		CompletableFuture<StoreAnswer<T>> running = this.asked;
		if (running == null || (running.isDone() && this.time.nanoTime() - this.askAgain >= 0)) {
			running = CompletableFuture.supplyAsync(this::answer, this.threads);
			this.asked = running;
		}
		return running;
	}

	private StoreAnswer<T> answer() {
		long started = this.time.nanoTime();
		try {
			return new StoreAnswer.Given<>(this.question.get());
		}
		catch (UnsupportedOperationException ex) {
			return new StoreAnswer.Unsupported<>(reason(ex));
		}
		catch (Throwable ex) {
			return new StoreAnswer.Failed<>(reason(ex));
		}
		finally {
			long ended = this.time.nanoTime();
			this.askAgain = ended + Math.min(this.pause * (ended - started), LONGEST_PAUSE);
		}
	}

	private static String reason(Throwable failure) {
		String message = failure.getMessage();
		return (message != null) ? message : failure.toString();
	}

	private static Executor daemons() {
		SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor("distributed-lock-question-");
		threads.setDaemon(true);
		return threads;
	}

}
