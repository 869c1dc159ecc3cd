package io.distributedlock;

import org.jspecify.annotations.Nullable;

/**
 * Work done under a lock.
 *
 * @param <T> the result's type
 * @param <E> the checked exception the work may throw; {@link RuntimeException} where
 * there is none
 */
@FunctionalInterface
public interface LockedCallable<T extends @Nullable Object, E extends Exception> {

	/**
	 * Does the work. The lease is {@link LockContext#current()}.
	 * @return the result
	 * @throws E as the work decides
	 */
	T call() throws E;

}
