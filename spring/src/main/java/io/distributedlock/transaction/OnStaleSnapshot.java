package io.distributedlock.transaction;

/**
 * What happens if a lock is asked for inside a transaction that may go on reading data as
 * it was before the lock was granted.
 */
public enum OnStaleSnapshot {

	/** A warning is logged, once for each lock's name. */
	WARN,

	/** The lock is not taken, and a {@link StaleSnapshotException} is thrown. */
	THROW

}
