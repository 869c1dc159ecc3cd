package io.distributedlock.actuate;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.springframework.boot.health.contributor.Status;

/**
 * Probes a store and remembers how often it was slow. Thread-safe.
 */
final class StoreWatch {

	private final StoreQuestion<StoreHealth> question;

	private final Duration latencyThreshold;

	private final int slowProbes;

	/** Of the running probe only. */
	private volatile int slow;

	/**
	 * Creates an instance.
	 * @param probe asks the store and returns how long it took
	 * @param patience a store that takes longer to answer is down
	 * @param latencyThreshold a store that takes longer is slow
	 * @param slowProbes how many times in a row it has to be slow to be down
	 */
	StoreWatch(Supplier<Duration> probe, Duration patience, Duration latencyThreshold, int slowProbes) {
		this.question = new StoreQuestion<>(() -> answered(probe.get()), patience);
		this.latencyThreshold = latencyThreshold;
		this.slowProbes = slowProbes;
	}

	/**
	 * Probes the store, or joins those who wait for a probe already.
	 * @return completes within the patience, never exceptionally
	 */
	CompletableFuture<StoreHealth> probe() {
		return this.question.ask().thenApply(StoreWatch::health);
	}

	private static StoreHealth health(StoreAnswer<StoreHealth> answer) {
		if (answer instanceof StoreAnswer.Given<StoreHealth> given) {
			return given.value();
		}
		return (answer instanceof StoreAnswer.Unsupported<StoreHealth> unsupported)
				? of(Status.UNKNOWN, "error", unsupported.reason())
				: of(Status.DOWN, "error", ((StoreAnswer.Failed<StoreHealth>) answer).reason());
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
