package io.distributedlock.engine;

/**
 * What became of a transaction that did work under a lease.
 */
public enum TransactionOutcome {

	/** Nothing of it is left. */
	ROLLED_BACK,

	/** It was committed while the store kept the lease in force. */
	COMMITTED_UNDER_THE_LEASE,

	/** It was committed before the lease was lost, as far as this node knows. */
	COMMITTED_BEFORE_THE_LOSS,

	/** It was committed while the lease may have ended, or nobody knows. */
	IN_DOUBT

}
