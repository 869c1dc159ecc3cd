package io.distributedlock.statistics;

import java.util.List;

/**
 * What happened to the locks of one name. Counts are since the start of the node.
 *
 * @param name the name
 * @param provider the provider
 * @param acquired acquisitions that got the lock
 * @param notAcquired acquisitions that found it held to the end
 * @param errors acquisitions that failed with the store or the shutdown
 * @param contended acquisitions that found the lock held at the first attempt
 * @param waiting acquisitions that found the lock held and wait for it now
 * @param lost leases lost
 * @param renewed renewals that succeeded
 * @param renewalsFailed renewals that failed with the store
 * @param acquisition from request to grant or refusal
 * @param latency the same, of the last 5 minutes
 * @param hold from grant to release
 * @param recent the last 5 minutes, oldest first
 */
public record LockFigures(String name, String provider, long acquired, long notAcquired, long errors, long contended,
		long waiting, long lost, long renewed, long renewalsFailed, DurationSummary acquisition, Latency latency,
		DurationSummary hold, List<Interval> recent) {

	/**
	 * Returns how often the lock was found held.
	 * @return between 0 and 1, 0 if nobody has asked
	 */
	public double contentionRatio() {
		long answered = this.acquired + this.notAcquired;
		return (answered > 0) ? Math.min(1, (double) this.contended / answered) : 0;
	}

}
