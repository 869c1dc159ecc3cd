package io.distributedlock.memory;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The nodes that wait for one key, in order. A released lock is kept for the head for a
 * moment, so that a node that just asks cannot overtake it. Not thread-safe.
 */
final class WaitingNodes {

	private static final long RESERVATION = Duration.ofMillis(200).toNanos();

	private static final long FORGOTTEN_AFTER = Duration.ofSeconds(5).toNanos();

	private final Map<String, Long> lastAsked = new LinkedHashMap<>();

	private @Nullable String reservedFor;

	private long reservedAt;

	void add(String node, long now) {
		forgetSilent(now);
		this.lastAsked.put(node, now);
	}

	void remove(String node) {
		this.lastAsked.remove(node);
		if (node.equals(this.reservedFor)) {
			this.reservedFor = null;
		}
	}

	boolean isEmpty(long now) {
		forgetSilent(now);
		return this.lastAsked.isEmpty();
	}

	/**
	 * Keeps the lock for the head.
	 * @return the head, {@code null} if nobody waits
	 */
	@Nullable String reserveForHead(long now) {
		forgetSilent(now);
		this.reservedFor = this.lastAsked.isEmpty() ? null : this.lastAsked.keySet().iterator().next();
		this.reservedAt = now;
		return this.reservedFor;
	}

	boolean isReservedForAnother(String node, long now) {
		return this.reservedFor != null && !this.reservedFor.equals(node) && now - this.reservedAt < RESERVATION;
	}

	private void forgetSilent(long now) {
		this.lastAsked.values().removeIf((asked) -> now - asked > FORGOTTEN_AFTER);
		if (this.reservedFor != null && !this.lastAsked.containsKey(this.reservedFor)) {
			this.reservedFor = null;
		}
	}

}
