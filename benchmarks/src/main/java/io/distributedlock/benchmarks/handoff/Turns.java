package io.distributedlock.benchmarks.handoff;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.distributedlock.benchmarks.measure.Latencies;

/**
 * Two processes take turns: each waits for the lock while the other has it, and asks
 * again only when the other has got it.
 */
public final class Turns {

	private final NodePair nodes;

	private final int holdMillis;

	private final Random random = new Random(1);

	/**
	 * Creates a measurement.
	 * @param nodes the processes
	 * @param holdMillis for how long each holds the lock: between half and one and a half
	 * of that
	 */
	public Turns(NodePair nodes, int holdMillis) {
		this.nodes = nodes;
		this.holdMillis = holdMillis;
	}

	/**
	 * Lets the processes take turns.
	 * @param count how often the lock changes hands
	 * @return the times from the call of a release until the other's acquisition returned
	 */
	public Latencies take(int count) {
		Latencies latencies = new Latencies();
		NodeProcess holder = this.nodes.first();
		NodeProcess waiter = this.nodes.second();
		holder.order("hold");
		holder.expect(NodeProgram.ACQUIRED);
		long released = 0;
		for (int turn = 0; turn < count; turn++) {
			waiter.order("hold");
			hold();
			holder.order("release");
			Hold hold = Hold.parse(holder.answer());
			waiter.expect(NodeProgram.ACQUIRED);
			if (turn > 0) {
				latencies.add(hold.acquiredNanos() - released);
			}
			released = hold.releasedNanos();
			NodeProcess next = holder;
			holder = waiter;
			waiter = next;
		}
		holder.order("release");
		latencies.add(Hold.parse(holder.answer()).acquiredNanos() - released);
		return latencies;
	}

	private void hold() {
		int millis = this.holdMillis / 2 + this.random.nextInt(this.holdMillis);
		LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
	}

}
