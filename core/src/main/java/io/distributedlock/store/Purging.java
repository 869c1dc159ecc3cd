package io.distributedlock.store;

import java.time.Duration;

import io.distributedlock.LockStoreException;

/**
 * A store that keeps something of locks that nobody uses any more, and can forget it.
 */
public interface Purging {

	/**
	 * Returns how long to wait from one purge to the next.
	 * @return the pause, positive
	 */
	Duration purgeInterval();

	/**
	 * Forgets some unused locks. Concerns no lock in use, and tokens go on growing. A
	 * purge consists of calls until one returns {@code false}; the engine lets one node
	 * purge at a time, which holds a lock of this store meanwhile. Its key starts with
	 * the control character U+0001, which no other key has.
	 * @return whether there is more to look at
	 * @throws LockStoreException if the store fails
	 */
	boolean purgeSome();

}
