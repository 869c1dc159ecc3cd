package io.distributedlock.jdbc;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A node of this process and the locks it queues for. Its channel is its own even if
 * other processes use the same node id. Thread-safe.
 */
final class WaitingNode {

	private final String channel = "distributed_lock_" + UUID.randomUUID().toString().replace("-", "");

	private final Set<String> keys = ConcurrentHashMap.newKeySet();

	String channel() {
		return this.channel;
	}

	/**
	 * Returns the keys this node may be queued for, at least.
	 */
	Set<String> keys() {
		return this.keys;
	}

	boolean waitsFor(String key) {
		return this.keys.contains(key);
	}

	void queueing(String key) {
		this.keys.add(key);
	}

	void left(String key) {
		this.keys.remove(key);
	}

}
