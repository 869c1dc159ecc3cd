package io.distributedlock.store;

import io.distributedlock.LockStoreException;

/**
 * A store that can be asked whether it works.
 */
public interface StoreProbe {

	/**
	 * Asks the store something cheap that changes nothing and depends on no key.
	 * @throws LockStoreException if it does not answer, or says that it cannot grant
	 * locks
	 */
	void probe();

}
