package io.distributedlock.benchmarks.measure;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Durations of the same thing, done many times. Not thread-safe.
 */
public final class Latencies {

	private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

	private long[] nanos = new long[1_024];

	private int count;

	/**
	 * Adds a duration.
	 * @param nanos nanoseconds
	 */
	public void add(long nanos) {
		if (this.count == this.nanos.length) {
			this.nanos = Arrays.copyOf(this.nanos, 2 * this.count);
		}
		this.nanos[this.count++] = nanos;
	}

	/**
	 * Adds all durations of another instance.
	 * @param other the other one
	 */
	public void addAll(Latencies other) {
		other.stream().forEach(this::add);
	}

	/**
	 * Returns how many durations there are.
	 * @return the number
	 */
	public int count() {
		return this.count;
	}

	/**
	 * Returns how often a second it can be done, one after the other.
	 * @return the rate, not a number if there are no durations
	 */
	public double perSecond() {
		return this.count * NANOS_PER_SECOND / stream().sum();
	}

	/**
	 * Returns the duration that some percent of all do not exceed.
	 * @param percent from 0 to 100
	 * @return microseconds, not a number if there are no durations
	 */
	public double percentileMicros(double percent) {
		if (this.count == 0) {
			return Double.NaN;
		}
		long[] sorted = stream().sorted().toArray();
		int index = (int) Math.ceil(percent / 100 * this.count) - 1;
		return sorted[Math.max(0, index)] / 1_000.0;
	}

	private LongStream stream() {
		return Arrays.stream(this.nanos, 0, this.count);
	}

}
