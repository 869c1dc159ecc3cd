package io.distributedlock.statistics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

import io.micrometer.core.instrument.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The recent past, cut into intervals of 10 seconds. Thread-safe.
 */
final class Timeline {

	private static final Duration LENGTH = Duration.ofSeconds(10);

	private static final int INTERVALS = (int) RecentTime.WINDOW.dividedBy(LENGTH);

	private final Clock clock;

	private final AtomicReferenceArray<@Nullable Counts> ring = new AtomicReferenceArray<>(INTERVALS);

	Timeline(Clock clock) {
		this.clock = clock;
	}

	void contended() {
		current().contended.increment();
	}

	void acquisition(Duration waited) {
		Counts current = current();
		current.acquisitions.increment();
		current.total.add(waited.toNanos());
		current.max.accumulate(waited.toNanos());
	}

	/**
	 * Returns the intervals of the recent past.
	 * @return oldest first; the last one has not ended
	 */
	List<Interval> intervals() {
		long now = this.clock.monotonicTime();
		long number = Math.floorDiv(now, LENGTH.toNanos());
		Instant start = Instant.ofEpochMilli(this.clock.wallTime()).minusNanos(Math.floorMod(now, LENGTH.toNanos()));
		return LongStream.rangeClosed(1 - INTERVALS, 0)
			.mapToObj((age) -> interval(number + age, start.plus(LENGTH.multipliedBy(age))))
			.toList();
	}

	private Interval interval(long number, Instant start) {
		Counts counts = this.ring.get(index(number));
		return ((counts != null && counts.number == number) ? counts : new Counts(number)).interval(start);
	}

	private Counts current() {
		long number = Math.floorDiv(this.clock.monotonicTime(), LENGTH.toNanos());
		int index = index(number);
		Counts counts = this.ring.get(index);
		while (counts == null || counts.number < number) {
			this.ring.compareAndSet(index, counts, new Counts(number));
			counts = this.ring.get(index);
		}
		return counts;
	}

	private static int index(long number) {
		return (int) Math.floorMod(number, (long) INTERVALS);
	}

	private static final class Counts {

		private final long number;

		private final LongAdder acquisitions = new LongAdder();

		private final LongAdder contended = new LongAdder();

		private final LongAdder total = new LongAdder();

		private final LongAccumulator max = new LongAccumulator(Math::max, 0);

		private Counts(long number) {
			this.number = number;
		}

		private Interval interval(Instant start) {
			long acquisitions = this.acquisitions.sum();
			return new Interval(start, acquisitions, this.contended.sum(),
					Duration.ofNanos((acquisitions > 0) ? this.total.sum() / acquisitions : 0),
					Duration.ofNanos(this.max.get()));
		}

	}

}
