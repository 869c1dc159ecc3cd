package io.distributedlock.benchmarks.handoff;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.distributedlock.benchmarks.measure.Latencies;

/**
 * What came of many threads that want one lock.
 *
 * @param holds the grants of a time in which all wanted it, in order
 * @param time that time
 * @param trafficPerGrant how much was sent for each grant, attempts and release included,
 * by the name of what was counted
 */
public record CrowdReport(List<Hold> holds, Duration time, Map<String, Double> trafficPerGrant) {

	/**
	 * Returns how often the lock was granted.
	 * @return grants per second
	 */
	public double perSecond() {
		return this.holds.size() / (this.time.toMillis() / 1_000.0);
	}

	/**
	 * Returns how many of the grants went to the other process than the one before.
	 * @return from 0 to 1
	 */
	public double shareThatLeft() {
		return (double) handOffs().filter(this::left).count() / Math.max(1, this.holds.size() - 1);
	}

	/**
	 * Returns how many grants in a row one process got at most.
	 * @return the number
	 */
	public int longestRun() {
		int longest = 1;
		int run = 1;
		for (int index : handOffs().toArray()) {
			run = left(index) ? 1 : run + 1;
			longest = Math.max(longest, run);
		}
		return longest;
	}

	/**
	 * Returns how long the lock was nobody's, from the call of a release until another
	 * acquisition returned, when it went to the other process.
	 * @return the times
	 */
	public Latencies betweenProcesses() {
		Latencies latencies = new Latencies();
		handOffs().filter(this::left)
			.forEach((index) -> latencies
				.add(this.holds.get(index).acquiredNanos() - this.holds.get(index - 1).releasedNanos()));
		return latencies;
	}

	private boolean left(int index) {
		return !this.holds.get(index).node().equals(this.holds.get(index - 1).node());
	}

	private IntStream handOffs() {
		return IntStream.range(1, this.holds.size());
	}

}
