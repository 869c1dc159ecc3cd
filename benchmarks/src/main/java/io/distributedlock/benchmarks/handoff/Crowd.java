package io.distributedlock.benchmarks.handoff;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.distributedlock.benchmarks.measure.Traffic;

/**
 * Many threads in two processes want the lock all the time.
 */
public final class Crowd {

	private final NodePair nodes;

	private final Traffic traffic;

	private final Duration warmUp;

	/**
	 * Creates a measurement.
	 * @param nodes the processes
	 * @param traffic what they send
	 * @param warmUp how long they may take until all threads are running and know that
	 * they have to wait
	 */
	public Crowd(NodePair nodes, Traffic traffic, Duration warmUp) {
		this.nodes = nodes;
		this.traffic = traffic;
		this.warmUp = warmUp;
	}

	/**
	 * Lets the threads fight for the lock.
	 * @param threads how many in each process
	 * @param hold for how long each thread holds the lock
	 * @param time for how long, once they are warm
	 * @return what came of it
	 */
	public CrowdReport run(int threads, Duration hold, Duration time) {
		Map<String, Long> before = this.traffic.counts();
		long start = System.nanoTime() + this.warmUp.toNanos();
		long end = start + time.toNanos();
		this.nodes.both().forEach((node) -> node.order("crowd %d %d %d".formatted(threads, end, hold.toNanos())));
		List<Hold> holds = new ArrayList<>();
		this.nodes.both().forEach((node) -> read(node, holds));
		Map<String, Double> perGrant = new LinkedHashMap<>();
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
