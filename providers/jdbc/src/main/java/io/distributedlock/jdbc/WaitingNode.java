package io.distributedlock.jdbc;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A node of this process and the locks it queues for. Its channel is its own even if
 * other processes use the same node id. Thread-safe.
 */
final class WaitingNode {

	private static final int REMEMBERED_KEYS = 1_000;

	private static final long REMEMBERED_FOR = Duration.ofSeconds(1).toNanos();

	private final String channel = "distributed_lock_" + UUID.randomUUID().toString().replace("-", "");

	private final Set<String> keys = ConcurrentHashMap.newKeySet();

	private final Map<String, Long> lastLeft = new LinkedHashMap<>(16, 0.75f, true) {
		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
			return size() > REMEMBERED_KEYS;
		}
	};

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

	/**
	 * Tells whether the node waits, or did a moment ago: then it will have to again.
	 */
	boolean isLikelyToWaitFor(String key) {
		if (waitsFor(key)) {
			return true;
		}
		synchronized (this.lastLeft) {
			Long left = this.lastLeft.get(key);
			return left != null && System.nanoTime() - left < REMEMBERED_FOR;
		}
	}

	void queueing(String key) {
		this.keys.add(key);
	}

	void left(String key) {
		if (this.keys.remove(key)) {
			synchronized (this.lastLeft) {
				this.lastLeft.put(key, System.nanoTime());
			}
		}
	}

}
