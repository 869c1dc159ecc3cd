package io.distributedlock.benchmarks.handoff;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import io.distributedlock.benchmarks.contender.WaitingPeer;

/**
 * Acquires and releases the one lock, and notes when. For one thread.
 */
final class LockHolder {

	private static final String KEY = "handed-around";

	private final String node;

	private final WaitingPeer peer;

	LockHolder(String node, WaitingPeer peer) {
		this.node = node;
		this.peer = peer;
	}

	Hold hold(Runnable work) {
		Runnable release = this.peer.acquire(KEY);
		long acquired = System.nanoTime();
		work.run();
		long released = System.nanoTime();
		release.run();
		return new Hold(this.node, acquired, released);
	}

	/**
	 * Holds the lock again and again until a moment.
	 * @param endNanos the moment
	 * @param holdNanos for how long each time
	 * @return what came of it
	 */
	List<Hold> holdUntil(long endNanos, long holdNanos) {
		List<Hold> holds = new ArrayList<>();
		while (System.nanoTime() < endNanos) {
			holds.add(hold(() -> LockSupport.parkNanos(holdNanos)));
		}
		return holds;
	}

}
