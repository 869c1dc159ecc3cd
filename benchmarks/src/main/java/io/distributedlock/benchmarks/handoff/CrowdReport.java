package io.distributedlock.benchmarks.handoff;

import java.util.List;
import java.util.stream.IntStream;

import io.distributedlock.benchmarks.measure.Latencies;

/**
 * What came of many threads that want one lock.
 *
 * @param holds all grants, in the order of their tokens
 * @param statements how many statements both processes sent for them
 */
public record CrowdReport(List<Hold> holds, long statements) {

	/**
	 * Returns how often the lock was granted.
	 * @return the number
	 */
	public int grants() {
		return this.holds.size();
	}

	/**
	 * Returns how many statements were sent for each grant, attempts and release
	 * included.
	 * @return the number
	 */
	public double statementsPerGrant() {
		return (double) this.statements / grants();
	}

	/**
	 * Returns how many of the grants went to the other process than the one before.
	 * @return from 0 to 1
	 */
	public double shareThatLeft() {
		return (double) handOffs().filter(this::left).count() / Math.max(1, grants() - 1);
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
