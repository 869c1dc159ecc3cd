package io.distributedlock.engine;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often in a row this node was granted each lock. Where the store keeps no queue, a
 * node that releases and asks again at once would always be faster than nodes that poll;
 * after some grants in a row it stands back for as long as the others may leave the store
 * alone. Remembers few keys, and each for a short time after its release. Thread-safe.
 */
final class GrantRuns {

	private static final int LONGEST_RUN = 10;

	private static final int REMEMBERED_KEYS = 1_000;

	private static final long REMEMBERED_FOR = Duration.ofSeconds(1).toNanos();

	private final Map<String, Run> runs = new LinkedHashMap<>(16, 0.75f, true) {
		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Run> eldest) {
			return size() > REMEMBERED_KEYS;
		}
	};

	synchronized void granted(String storeKey, long now) {
		Run run = this.runs.get(storeKey);
		this.runs.put(storeKey, (run != null && now - run.changed() < REMEMBERED_FOR)
				? new Run(run.grants() + 1, now, 0) : new Run(1, now, 0));
	}

	synchronized void heldElsewhere(String storeKey) {
		this.runs.remove(storeKey);
	}

	/**
	 * Notes a release.
	 * @param standBack nanoseconds to leave to others after a long run, zero where the
	 * store keeps the nodes in order
	 */
	synchronized void released(String storeKey, long now, long standBack) {
		this.runs.computeIfPresent(storeKey, (key, run) -> (run.grants() >= LONGEST_RUN) ? new Run(0, now, standBack)
				: new Run(run.grants(), now, 0));
	}

	/**
	 * Returns how long this node leaves the store to others.
	 * @return nanoseconds, zero or negative for not any more
	 */
	synchronized long standBack(String storeKey, long now) {
		Run run = this.runs.get(storeKey);
		return (run != null) ? run.standBack() - (now - run.changed()) : 0;
	}

	private record Run(int grants, long changed, long standBack) {
	}

}
