package io.distributedlock.metrics;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/**
 * Something for the locks of each name and provider, created when first asked for.
 * Thread-safe.
 *
 * @param <T> what is kept
 */
public final class PerLock<T> {

	private final LockNames names;

	private final BiFunction<String, String, T> create;

	private final Map<LockId, T> known = new ConcurrentHashMap<>();

	/**
	 * Creates an instance.
	 * @param names the names under which locks are counted
	 * @param create creates what is kept, once for each counted name and provider
	 */
	public PerLock(LockNames names, BiFunction<String, String, T> create) {
		this.names = names;
		this.create = create;
	}

	/**
	 * Returns what is kept for a lock.
	 * @param name the name of the lock
	 * @param provider its provider
	 * @return the same each time
	 */
	public T of(String name, String provider) {
		LockId lock = new LockId(this.names.of(name), provider);
		T found = this.known.get(lock);
		return (found != null) ? found
				: this.known.computeIfAbsent(lock, (id) -> this.create.apply(id.name(), id.provider()));
	}

	/**
	 * Returns what is kept for all locks.
	 * @return in no particular order
	 */
	public Collection<T> all() {
		return this.known.values();
	}

	private record LockId(String name, String provider) {
	}

}
