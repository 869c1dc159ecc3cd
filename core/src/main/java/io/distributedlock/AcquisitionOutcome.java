package io.distributedlock;

/**
 * How an acquisition ended.
 */
public enum AcquisitionOutcome {

	/** A lease was granted. */
	ACQUIRED,

	/** The lock stayed held by somebody else. */
	NOT_ACQUIRED,

	/** The store failed, or this node shut down. */
	ERROR,

	/** The thread was interrupted. */
	INTERRUPTED

}
