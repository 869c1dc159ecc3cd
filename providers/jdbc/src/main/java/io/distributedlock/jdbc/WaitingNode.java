package io.distributedlock.jdbc;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A node of this process, the locks it queues for, and whether it can be woken. Its
 * channel is its own even if other processes use the same node id. Thread-safe.
 */
final class WaitingNode {

	private final String channel = "distributed_lock_" + UUID.randomUUID().toString().replace("-", "");

	private final Set<String> keys = ConcurrentHashMap.newKeySet();

	private final RecentWaits recentWaits = new RecentWaits(System::nanoTime);

	private volatile boolean deaf;

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
		return waitsFor(key) || this.recentWaits.include(key);
	}

	void queueing(String key) {
		this.keys.add(key);
	}

	/**
	 * Notes that the node does not queue any more.
	 * @return whether it may have done so before
	 */
	boolean left(String key) {
		boolean queued = this.keys.remove(key);
		if (queued) {
			this.recentWaits.ended(key);
		}
		return queued;
	}

	/**
	 * Tells whether the node listened to its channel and does not any more. One that has
	 * not begun to listen is not deaf.
	 */
	boolean isDeaf() {
		return this.deaf;
	}

	void hears() {
		this.deaf = false;
	}

	void hearsNoMore() {
		this.deaf = true;
	}

}
