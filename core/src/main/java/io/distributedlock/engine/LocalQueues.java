package io.distributedlock.engine;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

import io.distributedlock.AcquisitionOutcome;

/**
 * The local queues of one provider's keys. A queue exists while it has members.
 * Thread-safe. Takes no queue's mutex inside an atomic step of the map: that would pin
 * virtual threads to their carriers before JDK 24.
 */
final class LocalQueues {

	private final ConcurrentMap<String, LocalQueue> queues = new ConcurrentHashMap<>();

	LocalQueue join(String storeKey, Acquisition member) {
		LocalQueue queue = this.queues.computeIfAbsent(storeKey, (key) -> new LocalQueue());
		while (!queue.join(member)) {
			this.queues.remove(storeKey, queue);
			queue = this.queues.computeIfAbsent(storeKey, (key) -> new LocalQueue());
		}
		return queue;
	}

	/**
	 * Removes a member.
	 * @return whether nobody is left
	 */
	boolean leave(String storeKey, Acquisition member, AcquisitionOutcome outcome) {
		LocalQueue queue = this.queues.get(storeKey);
		boolean ended = queue == null || queue.leave(member, outcome);
		if (ended && queue != null) {
			this.queues.remove(storeKey, queue);
		}
		return ended;
	}

	boolean exists(String storeKey) {
		LocalQueue queue = this.queues.get(storeKey);
		return queue != null && !queue.hasEnded();
	}

	/**
	 * Counts the members of a key's queue.
	 */
	int size(String storeKey) {
		LocalQueue queue = this.queues.get(storeKey);
		return (queue != null) ? queue.size() : 0;
	}

	void with(String storeKey, Consumer<LocalQueue> action) {
		LocalQueue queue = this.queues.get(storeKey);
		if (queue != null) {
			action.accept(queue);
		}
	}

	void forEach(Consumer<LocalQueue> action) {
		this.queues.values().forEach(action);
	}

	boolean isEmpty() {
		return this.queues.isEmpty();
	}

}
