package io.distributedlock.transaction;

import io.distributedlock.LockException;

/**
 * A lock was asked for inside a transaction that may go on reading data as it was before
 * the lock was granted. Thrown if {@link OnStaleSnapshot#THROW} is configured.
 */
public class StaleSnapshotException extends LockException {

	/**
	 * Creates the exception.
	 * @param message which lock, in what transaction, and what to do
	 */
	public StaleSnapshotException(String message) {
		super(message);
	}

}
