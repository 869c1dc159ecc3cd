package io.distributedlock.actuate;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.Status;

/**
 * Probes a store and remembers how often it was slow. One probe is on its way at a time,
 * whoever asks meanwhile gets its result, so that a store that hangs is not asked more
 * and more. Each runs on a thread of its own: the one that asks may be interrupted, which
 * would look like a failure of the store. Thread-safe.
 */
final class StoreWatch {

	private final Supplier<Duration> probe;

	private final Duration latencyThreshold;

	private final int slowProbes;

	private final AtomicReference<@Nullable CompletableFuture<StoreHealth>> running = new AtomicReference<>();

	/** Of the running probe only. */
	private volatile int slow;

	/**
	 * Creates an instance.
	 * @param probe asks the store and returns how long it took
	 * @param latencyThreshold a store that takes longer is slow
	 * @param slowProbes how many times in a row it has to be slow to be down
	 */
	StoreWatch(Supplier<Duration> probe, Duration latencyThreshold, int slowProbes) {
		this.probe = probe;
		this.latencyThreshold = latencyThreshold;
		this.slowProbes = slowProbes;
	}

	CompletableFuture<StoreHealth> probe() {
		CompletableFuture<StoreHealth> mine = new CompletableFuture<>();
		CompletableFuture<StoreHealth> other = this.running.compareAndExchange(null, mine);
		if (other != null) {
			return other;
		}
		Thread thread = new Thread(() -> {
			StoreHealth found = ask();
			this.running.set(null);
			mine.complete(found);
		}, "distributed-lock-health");
		thread.setDaemon(true);
		try {
			thread.start();
		}
		catch (OutOfMemoryError ex) {
			this.running.set(null);
			mine.completeExceptionally(ex);
		}
		return mine;
	}

	private StoreHealth ask() {
		try {
			return answered(this.probe.get());
		}
		catch (UnsupportedOperationException ex) {
			return of(Status.UNKNOWN, "error", String.valueOf(ex.getMessage()));
		}
		catch (Throwable ex) {
			return of(Status.DOWN, "error", String.valueOf(ex.getMessage()));
		}
	}

	private StoreHealth answered(Duration latency) {
		this.slow = (latency.compareTo(this.latencyThreshold) > 0) ? this.slow + 1 : 0;
		StoreHealth health = of((this.slow < this.slowProbes) ? Status.UP : Status.DOWN, "latencyMillis",
				Rounding.millis(latency));
		if (this.slow > 0) {
			health.details().put("slow", this.slow);
		}
		return health;
	}

	private static StoreHealth of(Status status, String detail, Object value) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("status", status.getCode());
		details.put(detail, value);
		return new StoreHealth(status, details);
	}

}
