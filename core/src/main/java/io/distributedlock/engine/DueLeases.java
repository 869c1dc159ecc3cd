package io.distributedlock.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * Leases to be renewed, one queue for each part of the store that is busy. Thread-safe.
 */
final class DueLeases {

	private final Map<String, Queue<HeldLease>> queues = new HashMap<>();

	/**
	 * Adds a lease.
	 * @return whether its part was idle; the caller starts to take from it then
	 */
	synchronized boolean add(String part, HeldLease lease) {
		boolean idle = !this.queues.containsKey(part);
		this.queues.computeIfAbsent(part, (name) -> new ArrayDeque<>()).add(lease);
		return idle;
	}

	/**
	 * Takes leases of a busy part, the oldest first.
	 * @param limit how many at most
	 * @return the leases; if there are none, the part is idle from now on
	 */
	synchronized List<HeldLease> take(String part, int limit) {
		Queue<HeldLease> queue = this.queues.getOrDefault(part, new ArrayDeque<>());
		List<HeldLease> taken = new ArrayList<>();
		while (taken.size() < limit && !queue.isEmpty()) {
			taken.add(queue.remove());
		}
		if (taken.isEmpty()) {
			this.queues.remove(part);
		}
		return taken;
	}

	synchronized boolean isEmpty() {
		return this.queues.isEmpty();
	}

}
