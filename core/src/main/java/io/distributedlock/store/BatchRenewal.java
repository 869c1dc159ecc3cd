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

	/**
	 * Tells which part of the store keeps a lock. Parts fail independently: the grants of
	 * each are renewed apart, so that a part that does not answer delays none of another.
	 * Quick, does no I/O. May be out of date, and differ from call to call.
	 * @param key the key, with the configured prefix
	 * @return the name of the part; the same for all keys unless the store has several
	 */
	default String partOf(String key) {
		return "";
	}

}
