package io.distributedlock.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Runs several things at the same time.
 */
final class Race {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private Race() {
	}

	/**
	 * Starts all racers at once, each on a thread of its own, and waits for them. The
	 * first failure ends the race: the other racers are interrupted.
	 * @return the results, in the order of the racers
	 */
	static <T> List<T> run(List<? extends Callable<T>> racers) {
		ExecutorService threads = Executors.newFixedThreadPool(racers.size());
		try {
			CyclicBarrier start = new CyclicBarrier(racers.size());
			ExecutorCompletionService<T> finish = new ExecutorCompletionService<>(threads);
			List<Future<T>> results = new ArrayList<>();
			for (Callable<T> racer : racers) {
				results.add(finish.submit(() -> {
					start.await();
					return racer.call();
				}));
			}
			awaitAll(finish, racers.size());
			return resultsOf(results);
		}
		catch (ExecutionException ex) {
			throw new AssertionError("A racer failed: " + ex.getCause(), ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("Interrupted in the middle of a race", ex);
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static <T> List<T> resultsOf(List<Future<T>> finished) throws InterruptedException, ExecutionException {
		List<T> results = new ArrayList<>();
		for (Future<T> each : finished) {
			results.add(each.get());
		}
		return results;
	}

	private static void awaitAll(ExecutorCompletionService<?> finish, int racers)
			throws InterruptedException, ExecutionException {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		for (int i = 0; i < racers; i++) {
			Future<?> next = finish.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
			if (next == null) {
				throw new AssertionError("Only %d of %d racers finished within %s".formatted(i, racers, PATIENCE));
			}
			next.get();
		}
	}

}
