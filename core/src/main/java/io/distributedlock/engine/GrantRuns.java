package io.distributedlock.engine;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often in a row this node was granted each lock. Where the store keeps no queue, a
 * node that releases and asks again at once would always be faster than nodes that poll;
 * after ten grants in a row it stands back for as long as the others may leave the store
 * alone. If none of them came, the next run may be twice as long, so that a node that is
 * alone loses little. Remembers few keys, and each for a short time after its release.
 * Thread-safe.
 */
final class GrantRuns {

	private static final int FIRST_LIMIT = 10;

	private static final int LAST_LIMIT = 640;

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
		this.runs.put(storeKey,
				(run != null && now - run.changed() < REMEMBERED_FOR) ? run.granted(now) : Run.first(now));
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
		this.runs.computeIfPresent(storeKey, (key, run) -> run.released(now, standBack));
	}

	/**
	 * Returns how long this node leaves the store to others.
	 * @return nanoseconds, zero or negative for not any more
	 */
	synchronized long standBack(String storeKey, long now) {
		Run run = this.runs.get(storeKey);
		return (run != null) ? run.standBack() - (now - run.changed()) : 0;
	}

	private record Run(int grants, int limit, long changed, long standBack) {

		static Run first(long now) {
			return new Run(1, FIRST_LIMIT, now, 0);
		}

		Run granted(long now) {
			boolean stoodBackForNobody = this.standBack > 0;
			return new Run(this.grants + 1, stoodBackForNobody ? Math.min(2 * this.limit, LAST_LIMIT) : this.limit, now,
					0);
		}

		Run released(long now, long standBack) {
			return (this.grants >= this.limit) ? new Run(0, this.limit, now, standBack)
					: new Run(this.grants, this.limit, now, 0);
		}

	}

}
