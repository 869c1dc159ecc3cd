package io.distributedlock;

/**
 * When a closure or an annotated method gives its lock back, if it is called inside a
 * transaction.
 */
public enum Release {

	/**
	 * After the completion of the transaction that runs when the lock is asked for, so
	 * that the next holder sees what it committed. Without such a transaction as
	 * {@link #AFTER_WORK}.
	 */
	AFTER_TRANSACTION,

	/**
	 * When the work ends: it does nothing in the transaction that runs when the lock is
	 * asked for, because it has one of its own, say.
	 */
	AFTER_WORK

}
