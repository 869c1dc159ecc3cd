package io.distributedlock;

import java.time.Instant;

/**
 * The lease is not in force any more: another node may hold the lock.
 */
public class LeaseLostException extends LockException {

	private final LeaseLost loss;

	private final WorkCommitted workCommitted;

	/**
	 * Creates the exception.
	 * @param loss the announcement of the loss
	 * @param workCommitted what is known about the work done under the lease
	 */
	public LeaseLostException(LeaseLost loss, WorkCommitted workCommitted) {
		super("Lease on lock '%s' with fencing token %d was lost (%s) at %s; work committed: %s".formatted(loss.key(),
				loss.fencingToken(), loss.reason(), loss.at(), workCommitted));
		this.loss = loss;
		this.workCommitted = workCommitted;
	}

	/**
	 * Returns the announcement of the loss.
	 * @return key, token, reason and time of the loss
	 */
	public LeaseLost loss() {
		return this.loss;
	}

	/**
	 * Returns why the lease was lost.
	 * @return the reason
	 */
	public LeaseLost.Reason reason() {
		return this.loss.reason();
	}

	/**
	 * Returns when the loss was noticed.
	 * @return the time by this node's wall clock
	 */
	public Instant at() {
		return this.loss.at();
	}

	/**
	 * Returns what is known about the work done under the lease.
	 * @return whether it was committed
	 */
	public WorkCommitted workCommitted() {
		return this.workCommitted;
	}

	/**
	 * What is known about the work done under a lost lease.
	 */
	public enum WorkCommitted {

		/** A transaction of the work was committed, but not all of the work is done. */
		YES,

		/** The work's transactions were rolled back. */
		NO,

		/**
		 * The work had no transaction that the lock knows of, or the lease may have ended
		 * before one was committed.
		 */
		UNKNOWN

	}

}
