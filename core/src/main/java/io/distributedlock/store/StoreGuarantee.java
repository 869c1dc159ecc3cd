package io.distributedlock.store;

/**
 * A store that tells how far its locks can be trusted.
 */
public interface StoreGuarantee {

	/**
	 * Returns as long as what one node at a time holds a lock, and what breaks that.
	 * @return a phrase for logs
	 */
	String guarantee();

}
