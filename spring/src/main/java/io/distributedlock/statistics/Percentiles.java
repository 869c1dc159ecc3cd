package io.distributedlock.statistics;

import java.time.Duration;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.TimeWindowPercentileHistogram;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;

/**
 * Percentiles of recent durations, within a tenth: an exact histogram takes ten times the
 * memory. Thread-safe.
 */
final class Percentiles {

	private static final DistributionStatisticConfig CONFIG = DistributionStatisticConfig.builder()
		.percentiles(0.5, 0.95, 0.99)
		.percentilePrecision(1)
		.expiry(RecentTime.WINDOW)
		.bufferLength(RecentTime.PARTS)
		.build()
		.merge(DistributionStatisticConfig.DEFAULT);

	private final TimeWindowPercentileHistogram histogram;

	Percentiles(Clock clock) {
		this.histogram = new TimeWindowPercentileHistogram(clock, CONFIG, false);
	}

	void record(Duration duration) {
		this.histogram.recordLong(duration.toNanos());
	}

	Latency snapshot() {
		ValueAtPercentile[] values = this.histogram.takeSnapshot(0, 0, 0).percentileValues();
		return new Latency(duration(values[0]), duration(values[1]), duration(values[2]));
	}

	private static Duration duration(ValueAtPercentile value) {
		return Duration.ofNanos((long) value.value());
	}

}
