package io.distributedlock.benchmarks.handoff;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Many threads in two processes want the lock all the time.
 */
public final class Crowd {

	private static final String STATEMENTS = "statements ";

	private final NodePair nodes;

	private final Duration hold;

	/**
	 * Creates a measurement.
	 * @param nodes the processes
	 * @param hold for how long each thread holds the lock
	 */
	public Crowd(NodePair nodes, Duration hold) {
		this.nodes = nodes;
		this.hold = hold;
	}

	/**
	 * Lets the threads fight for the lock.
	 * @param threads how many in each process
	 * @param time for how long
	 * @return what came of it
	 */
	public CrowdReport run(int threads, Duration time) {
		long end = System.nanoTime() + time.toNanos();
		this.nodes.both().forEach((node) -> node.order("crowd %d %d %d".formatted(threads, end, this.hold.toNanos())));
		List<Hold> holds = new ArrayList<>();
		long statements = this.nodes.both().mapToLong((node) -> read(node, holds)).sum();
		holds.sort(Comparator.comparing(Hold::token));
		return new CrowdReport(holds, statements);
	}

	private static long read(NodeProcess node, List<Hold> holds) {
		String line = node.answer();
		while (!line.startsWith(STATEMENTS)) {
			holds.add(Hold.parse(line));
			line = node.answer();
		}
		return Long.parseLong(line.substring(STATEMENTS.length()));
	}

}
