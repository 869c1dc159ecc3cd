package io.distributedlock.engine;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

import io.distributedlock.AcquisitionOutcome;

/**
 * The local queues of one provider's keys. A queue exists while it has members.
 * Thread-safe.
 */
final class LocalQueues {

	private final ConcurrentMap<String, LocalQueue> queues = new ConcurrentHashMap<>();

	LocalQueue join(String storeKey, Acquisition member) {
		return this.queues.compute(storeKey, (key, existing) -> {
			LocalQueue queue = (existing != null) ? existing : new LocalQueue();
			queue.join(member);
			return queue;
		});
	}

	/**
	 * Removes a member.
	 * @return whether nobody is left
	 */
	boolean leave(String storeKey, Acquisition member, AcquisitionOutcome outcome) {
		return this.queues.computeIfPresent(storeKey,
				(key, queue) -> queue.leave(member, outcome) ? null : queue) == null;
	}

	boolean exists(String storeKey) {
		return this.queues.containsKey(storeKey);
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
