package io.distributedlock.key;

import org.jspecify.annotations.Nullable;

import io.distributedlock.InvalidLockKeyException;

/**
 * Computes the key of each call of one method. Thread-safe.
 */
@FunctionalInterface
public interface LockKey {

	/**
	 * Computes the key of a call.
	 * @param target the bean
	 * @param arguments the call's arguments
	 * @return the logical key
	 * @throws InvalidLockKeyException if no lock can be taken for it; the message names
	 * the method
	 */
	String resolve(Object target, @Nullable Object[] arguments);

}
