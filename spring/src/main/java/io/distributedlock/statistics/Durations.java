package io.distributedlock.statistics;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.TimeWindowMax;

/**
 * Sums durations up, and remembers the longest recent one. Thread-safe.
 */
final class Durations {

	private final LongAdder count = new LongAdder();

	private final LongAdder total = new LongAdder();

	private final TimeWindowMax max;

	Durations(Clock clock) {
		this.max = new TimeWindowMax(clock, RecentTime.WINDOW.dividedBy(RecentTime.PARTS).toMillis(), RecentTime.PARTS);
	}

	void record(Duration duration) {
		this.count.increment();
		this.total.add(duration.toNanos());
		this.max.record((double) duration.toNanos());
	}

	DurationSummary summary() {
		long count = this.count.sum();
		return new DurationSummary(count, Duration.ofNanos((count > 0) ? this.total.sum() / count : 0),
				Duration.ofNanos((long) this.max.poll()));
	}

}
