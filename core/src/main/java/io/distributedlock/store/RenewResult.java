package io.distributedlock.store;

/**
 * What came of a renewal.
 */
public enum RenewResult {

	/** The grant lasts at least one ttl from when the store executed the renewal. */
	RENEWED,

	/** The owner has no grant in force. Final. */
	REFUSED,

	/** The store could not tell without waiting; the grant is as it was. */
	BUSY

}
