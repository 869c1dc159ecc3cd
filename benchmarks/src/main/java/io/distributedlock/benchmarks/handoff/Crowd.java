package io.distributedlock.benchmarks.handoff;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.distributedlock.benchmarks.measure.Traffic;

/**
 * Many threads in two processes want the lock all the time.
 */
public final class Crowd {

	/** Until all of them are running and know that they have to wait. */
	private static final Duration WARM_UP = Duration.ofSeconds(1);

	private final NodePair nodes;

	private final Traffic traffic;

	/**
	 * Creates a measurement.
	 * @param nodes the processes
	 * @param traffic what they send
	 */
	public Crowd(NodePair nodes, Traffic traffic) {
		this.nodes = nodes;
		this.traffic = traffic;
	}

	/**
	 * Lets the threads fight for the lock.
	 * @param threads how many in each process
	 * @param hold for how long each thread holds the lock
	 * @param time for how long, after a second to warm up
	 * @return what came of it
	 */
	public CrowdReport run(int threads, Duration hold, Duration time) {
		Map<String, Long> before = this.traffic.counts();
		long start = System.nanoTime() + WARM_UP.toNanos();
		long end = start + time.toNanos();
		this.nodes.both().forEach((node) -> node.order("crowd %d %d %d".formatted(threads, end, hold.toNanos())));
		List<Hold> holds = new ArrayList<>();
		this.nodes.both().forEach((node) -> read(node, holds));
		Map<String, Double> perGrant = new TreeMap<>();
		this.traffic.counts()
			.forEach((name, count) -> perGrant.put(name,
					(double) (count - before.getOrDefault(name, 0L)) / holds.size()));
		// who comes last finds nobody to fight with
		holds.removeIf((each) -> each.acquiredNanos() < start || each.acquiredNanos() > end);
		holds.sort(Comparator.comparing(Hold::acquiredNanos));
		return new CrowdReport(holds, time, perGrant);
	}

	private static void read(NodeProcess node, List<Hold> holds) {
		for (String line = node.answer(); !line.equals(NodeProgram.DONE); line = node.answer()) {
			holds.add(Hold.parse(line));
		}
	}

}
