package io.distributedlock.store;

import java.util.List;

import io.distributedlock.LockStoreException;

/**
 * A store that renews many grants in one round trip.
 */
public interface BatchRenewal {

	/**
	 * Renews each grant as {@link LockStore#renew} does.
	 * @param commands at least one, no two of the same owner
	 * @return the results, in the order of the commands
	 * @throws LockStoreException if the store fails; each step may still be executed
	 * later
	 */
	List<RenewResult> renewAll(List<RenewCommand> commands);

}
