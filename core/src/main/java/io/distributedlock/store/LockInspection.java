package io.distributedlock.store;

import java.util.List;
import java.util.Optional;

import io.distributedlock.LockStoreException;

/**
 * A store that tells who holds what.
 */
public interface LockInspection {

	/**
	 * Looks up one lock.
	 * @param key the key, with the configured prefix
	 * @return the lock, empty if it is free
	 * @throws LockStoreException if the store fails
	 */
	Optional<StoredLock> find(String key);

	/**
	 * Lists held locks.
	 * @param keyPrefix the start of the keys to list, compared literally; empty for all
	 * @param limit the largest number of locks to list, at least 1
	 * @return the held locks, in no particular order
	 * @throws LockStoreException if the store fails
	 */
	List<StoredLock> held(String keyPrefix, int limit);

}
