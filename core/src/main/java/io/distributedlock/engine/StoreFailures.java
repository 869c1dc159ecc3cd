package io.distributedlock.engine;

import io.distributedlock.LockStoreException;

/**
 * What a store throws, as the exception callers are promised.
 */
final class StoreFailures {

	private StoreFailures() {
	}

	static LockStoreException of(String step, ResolvedRequest request, Throwable failure) {
		return of(step, request.provider(), request.key(), failure);
	}

	static LockStoreException of(String step, String provider, String key, Throwable failure) {
		if (failure instanceof LockStoreException known) {
			return known;
		}
		return new LockStoreException(
				"Store of provider '%s' failed to %s lock '%s': %s".formatted(provider, step, key, failure), failure);
	}

	static LockStoreException ofProbe(String provider, RuntimeException failure) {
		if (failure instanceof LockStoreException known) {
			return known;
		}
		return new LockStoreException("Store of provider '%s' does not work: %s".formatted(provider, failure), failure);
	}

	/**
	 * Tells whether a step failed because its thread was interrupted. Some clients clear
	 * the flag.
	 */
	static boolean isInterruption(Throwable failure) {
		if (Thread.currentThread().isInterrupted()) {
			return true;
		}
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof InterruptedException) {
				return true;
			}
		}
		return false;
	}

}
