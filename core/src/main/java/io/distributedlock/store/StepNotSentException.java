package io.distributedlock.store;

import io.distributedlock.LockStoreException;
import org.jspecify.annotations.Nullable;

/**
 * A step that the store cannot have executed and never will: it was not sent, because no
 * connection was to be had. Spares the engine to take an acquisition back.
 */
public class StepNotSentException extends LockStoreException {

	/**
	 * Creates the exception.
	 * @param message what was attempted on which store, and what to check
	 * @param cause why there was no connection
	 */
	public StepNotSentException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
