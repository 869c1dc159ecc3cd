package io.distributedlock;

import org.jspecify.annotations.Nullable;

/**
 * Root of what the lock itself throws. Exceptions of the work under a lock are never
 * wrapped into it.
 */
public abstract class LockException extends RuntimeException {

	protected LockException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	protected LockException(String message) {
		super(message);
	}

}
