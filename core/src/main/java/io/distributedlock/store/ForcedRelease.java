package io.distributedlock.store;

import io.distributedlock.LockStoreException;

/**
 * A store that can free a lock whoever holds it.
 */
public interface ForcedRelease {

	/**
	 * Ends the grant in force. Its owner's renewals are refused from then on, and the
	 * next grant gets a higher token.
	 * @param key the key, with the configured prefix
	 * @return {@code false} if the lock was free
	 * @throws LockStoreException if the store fails
	 */
	boolean forceRelease(String key);

}
