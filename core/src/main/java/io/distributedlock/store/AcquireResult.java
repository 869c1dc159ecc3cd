package io.distributedlock.store;

import java.time.Duration;
import java.time.Instant;

/**
 * What came of an acquisition.
 */
public sealed interface AcquireResult {

	/**
	 * The owner has the lock.
	 *
	 * @param fencingToken the number of the grant
	 * @param acquiredAt when it was granted, by the store's clock
	 */
	record Granted(long fencingToken, Instant acquiredAt) implements AcquireResult {
	}

	/**
	 * Somebody else has the lock.
	 *
	 * @param node the node that acquired it
	 * @param fencingToken the token of its grant
	 * @param remaining how long it lasts unless renewed, by the store's clock; not
	 * negative
	 */
	record Held(String node, long fencingToken, Duration remaining) implements AcquireResult {
	}

	/**
	 * Somebody else has the lock or is about to, and the store could not tell who without
	 * waiting.
	 */
	record Busy() implements AcquireResult {
	}

}
