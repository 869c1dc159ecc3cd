package io.distributedlock;

import org.jspecify.annotations.Nullable;

/**
 * The store is unreachable, too slow or broken. Says nothing about whether the lock is
 * free: contention is never reported this way, and an outage never as contention.
 */
public class LockStoreException extends LockException {

	/**
	 * Creates the exception.
	 * @param message what was attempted on which store, and what to check
	 * @param cause what the store's client reported, {@code null} if it did not answer
	 */
	public LockStoreException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
