package io.distributedlock;

/**
 * The thread was interrupted while it acquired a lock. The thread's interrupted flag is
 * set again, and the lock is not held: an acquisition that was under way is taken back in
 * the background.
 */
public class LockInterruptedException extends LockException {

	/**
	 * Creates the exception.
	 * @param key the logical key
	 */
	public LockInterruptedException(String key) {
		super("Interrupted while acquiring lock '" + key + "'");
	}

}
