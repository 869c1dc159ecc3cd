package io.distributedlock;

/**
 * The lock was asked for while, or after, the application shut its locks down.
 */
public class LockShutdownException extends LockException {

	/**
	 * Creates the exception.
	 * @param key the logical key
	 */
	public LockShutdownException(String key) {
		super("Lock '" + key + "' was not acquired: this node is shutting down");
	}

}
