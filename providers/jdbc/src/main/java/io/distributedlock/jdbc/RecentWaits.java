package io.distributedlock.jdbc;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The locks that were waited for a moment ago: they will probably have to be waited for
 * again. Remembers at most 1,000, each for a second. Thread-safe.
 */
final class RecentWaits {

	private static final int REMEMBERED_KEYS = 1_000;

	private static final long REMEMBERED_FOR = Duration.ofSeconds(1).toNanos();

	private final LongSupplier nanoTime;

	/** When each wait ended, the longest ago first. */
	private final Map<String, Long> ends = new LinkedHashMap<>();

	RecentWaits(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	synchronized void ended(String key) {
		this.ends.remove(key);
		this.ends.put(key, this.nanoTime.getAsLong());
		forget();
	}

	synchronized boolean include(String key) {
		forget();
		return this.ends.containsKey(key);
	}

	/** For tests: what is remembered takes memory. */
	synchronized int size() {
		return this.ends.size();
	}

	private void forget() {
		long now = this.nanoTime.getAsLong();
		Iterator<Long> oldest = this.ends.values().iterator();
		while (oldest.hasNext() && (now - oldest.next() >= REMEMBERED_FOR || this.ends.size() > REMEMBERED_KEYS)) {
			oldest.remove();
		}
	}

}
