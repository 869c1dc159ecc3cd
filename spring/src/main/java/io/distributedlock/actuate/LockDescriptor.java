package io.distributedlock.actuate;

import io.distributedlock.statistics.DurationSummary;
import io.distributedlock.statistics.Latency;
import io.distributedlock.statistics.LockFigures;

/**
 * What happened to the locks of one name on a node. Counts and means are since its start,
 * percentiles and maxima of the last 5 minutes.
 *
 * @param provider the provider
 * @param acquired acquisitions that got the lock
 * @param contended acquisitions that found the lock held at the first attempt
 * @param notAcquired acquisitions that found it held to the end
 * @param errors acquisitions that failed with the store or the shutdown
 * @param lost leases lost
 * @param contentionRatio contended of those that were answered, between 0 and 1
 * @param waiting acquisitions that found the lock held and wait for it now
 * @param held leases of the node now
 * @param acquisition from request to grant or refusal
 * @param hold from grant to release
 * @param renewals how renewals ended
 */
public record LockDescriptor(String provider, long acquired, long contended, long notAcquired, long errors, long lost,
		double contentionRatio, long waiting, long held, Acquisition acquisition, Hold hold, Renewals renewals) {

	static LockDescriptor of(LockFigures figures, long held) {
		return new LockDescriptor(figures.provider(), figures.acquired(), figures.contended(), figures.notAcquired(),
				figures.errors(), figures.lost(), Rounding.decimals(figures.contentionRatio()), figures.waiting(), held,
				Acquisition.of(figures.acquisition(), figures.latency()), Hold.of(figures.hold()),
				new Renewals(figures.renewed(), figures.renewalsFailed()));
	}

	/**
	 * From request to grant or refusal, waiting included.
	 *
	 * @param count how often
	 * @param meanMillis the mean since the start
	 * @param p50Millis the median
	 * @param p95Millis what 95 of 100 stay below
	 * @param p99Millis what 99 of 100 stay below
	 * @param maxMillis the longest
	 */
	public record Acquisition(long count, double meanMillis, double p50Millis, double p95Millis, double p99Millis,
			double maxMillis) {

		static Acquisition of(DurationSummary summary, Latency latency) {
			return new Acquisition(summary.count(), Rounding.millis(summary.mean()), Rounding.millis(latency.p50()),
					Rounding.millis(latency.p95()), Rounding.millis(latency.p99()), Rounding.millis(summary.max()));
		}

	}

	/**
	 * From grant to release.
	 *
	 * @param count how often
	 * @param meanMillis the mean since the start
	 * @param maxMillis the longest
	 */
	public record Hold(long count, double meanMillis, double maxMillis) {

		static Hold of(DurationSummary summary) {
			return new Hold(summary.count(), Rounding.millis(summary.mean()), Rounding.millis(summary.max()));
		}

	}

	/**
	 * How renewals ended.
	 *
	 * @param renewed those that succeeded
	 * @param failed those that failed with the store
	 */
	public record Renewals(long renewed, long failed) {
	}

}
