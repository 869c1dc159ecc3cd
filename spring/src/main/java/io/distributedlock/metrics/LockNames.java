package io.distributedlock.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The names under which locks are counted: the first ones seen, as there is no end of
 * them if they are made of data. Thread-safe.
 */
public final class LockNames {

	/** The name of every lock beyond the limit. */
	public static final String OTHER = "other";

	static final int LIMIT = 200;

	private final Set<String> known = ConcurrentHashMap.newKeySet();

	/**
	 * Returns the name under which a lock is counted.
	 * @param name the name of the lock
	 * @return the same name, or {@value #OTHER} once there are 200 others
	 */
	public String of(String name) {
		if (this.known.contains(name)) {
			return name;
		}
		if (this.known.size() >= LIMIT) {
			return OTHER;
		}
		this.known.add(name);
		return name;
	}

}
