package io.distributedlock.redis;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * A node of this process and the locks it queues for. Thread-safe.
 */
final class WaitingNode {

	/** As the queue does: a node that waits asks more often. */
	private static final long FORGOTTEN_AFTER = Duration.ofSeconds(5).toNanos();

	private final LongSupplier nanoTime;

	private final ConcurrentMap<String, Long> lastAsked = new ConcurrentHashMap<>();

	WaitingNode(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * Returns the keys this node may be queued for, at least.
	 */
	Set<String> keys() {
		long now = this.nanoTime.getAsLong();
		this.lastAsked.values().removeIf((asked) -> now - asked > FORGOTTEN_AFTER);
		return this.lastAsked.keySet();
	}

	void queueing(String key) {
		this.lastAsked.put(key, this.nanoTime.getAsLong());
	}

	void left(String key) {
		this.lastAsked.remove(key);
	}

}
