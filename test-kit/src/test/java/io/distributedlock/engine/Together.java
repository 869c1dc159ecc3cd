package io.distributedlock.engine;

import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Runs things at the same time, each on a thread of its own, with small differences in
 * when they start that come from a seed.
 */
final class Together {

	private static final long PATIENCE_MILLIS = 30_000;

	private static final int LONGEST_SPIN = 3_000;

	private final Random random;

	private Together(Random random) {
		this.random = random;
	}

	/** Takes the seed from the system property, else a new one, and prints it. */
	static Together seeded(Object test) {
		return new Together(new Random(seed(test)));
	}

	static long seed(Object test) {
		long seed = Long.getLong("distributed-lock.test.seed", System.nanoTime());
		System.out.println("%s runs with -Ddistributed-lock.test.seed=%d".formatted(test, seed));
		return seed;
	}

	void run(Runnable... racers) {
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		CyclicBarrier start = new CyclicBarrier(racers.length);
		List<Thread> threads = Stream.of(racers).map((racer) -> thread(start, racer, failure)).toList();
		threads.forEach(Thread::start);
		threads.forEach(Together::join);
		Throwable first = failure.get();
		if (first != null) {
			throw new AssertionError("A racer failed: " + first, first);
		}
	}

	/** A short delay, the same each time it is run. */
	Runnable delay() {
		int spins = this.random.nextInt(LONGEST_SPIN);
		return () -> {
			for (int i = 0; i < spins; i++) {
				Thread.onSpinWait();
			}
		};
	}

	private Thread thread(CyclicBarrier start, Runnable racer, AtomicReference<@Nullable Throwable> failure) {
		Runnable delay = delay();
		Thread thread = new Thread(() -> {
			try {
				start.await();
				delay.run();
				racer.run();
			}
			catch (Throwable ex) {
				failure.compareAndSet(null, ex);
			}
		}, "racer");
		thread.setDaemon(true);
		return thread;
	}

	private static void join(Thread thread) {
		try {
			thread.join(PATIENCE_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("Interrupted in the middle of a race", ex);
		}
		if (thread.isAlive()) {
			throw new AssertionError("A racer hangs at " + List.of(thread.getStackTrace()));
		}
	}

}
