package io.distributedlock.actuate.board;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * A question to a store. It is asked once at a time, however many want to know, so that a
 * store that hangs keeps one thread and not one per request. Thread-safe.
 *
 * @param <T> what is asked for
 */
final class Question<T> {

	private final Supplier<T> question;

	private final Duration patience;

	private final Executor executor;

	private @Nullable CompletableFuture<Answer<T>> asked;

	Question(Supplier<T> question, Duration patience, Executor executor) {
		this.question = question;
		this.patience = patience;
		this.executor = executor;
	}

	/**
	 * Asks, or joins those who wait for an answer already.
	 * @return completes within the patience
	 */
	CompletableFuture<Answer<T>> ask() {
		Answer<T> none = new Answer.Failed<>("no answer within " + Units.duration(this.patience));
		return running().copy().completeOnTimeout(none, this.patience.toNanos(), TimeUnit.NANOSECONDS);
	}

	private synchronized CompletableFuture<Answer<T>> running() {
		CompletableFuture<Answer<T>> running = this.asked;
		if (running == null || running.isDone()) {
			running = CompletableFuture.supplyAsync(this::answer, this.executor);
			this.asked = running;
		}
		return running;
	}

	private Answer<T> answer() {
		try {
			return new Answer.Given<>(this.question.get());
		}
		catch (UnsupportedOperationException ex) {
			return new Answer.Unsupported<>();
		}
		catch (RuntimeException ex) {
			return new Answer.Failed<>((ex.getMessage() != null) ? ex.getMessage() : ex.toString());
		}
	}

}
