package io.distributedlock;

/**
 * A key that no lock can be taken for: null, blank, too long, or with characters that
 * stores do not keep apart.
 */
public class InvalidLockKeyException extends LockException {

	/**
	 * Creates the exception.
	 * @param message which key, what is wrong with it, and what to write instead
	 */
	public InvalidLockKeyException(String message) {
		super(message);
	}

}
