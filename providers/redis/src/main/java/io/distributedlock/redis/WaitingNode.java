package io.distributedlock.redis;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A node of this process and the locks it queues for. Thread-safe.
 */
final class WaitingNode {

	private final Set<String> keys = ConcurrentHashMap.newKeySet();

	/**
	 * Returns the keys this node may be queued for, at least.
	 */
	Set<String> keys() {
		return this.keys;
	}

	void queueing(String key) {
		this.keys.add(key);
	}

	void left(String key) {
		this.keys.remove(key);
	}

}
