package io.distributedlock.engine;

import java.util.Optional;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LeaseLostException.WorkCommitted;

/**
 * A lease as those see it who guard transactions with it. Every lease that the engine
 * grants is one. Thread-safe.
 */
public interface GrantedLease extends Lease {

	/**
	 * Returns the key as the store knows it.
	 * @return the logical key with the configured prefix
	 */
	String storeKey();

	/**
	 * Returns the grant's owner token.
	 * @return the name by which the store tells this grant from all others
	 */
	String owner();

	/**
	 * Returns how the lease was lost. Also notices a deadline that has passed. Does no
	 * I/O.
	 * @return the loss, empty while held and if closed while held
	 */
	Optional<LeaseLost> loss();

	/**
	 * Notes that the store says that the grant is not in force: the lease is lost, unless
	 * it is closed. Does no I/O.
	 */
	void refused();

	/**
	 * Notes what became of a transaction that did work under the lease. A loss is no
	 * failure of the work, then, if every transaction that was committed was so before.
	 * @param outcome how it ended
	 */
	void transactionEnded(TransactionOutcome outcome);

	/**
	 * Returns what is known of all transactions that did work under the lease.
	 * @return {@link WorkCommitted#UNKNOWN} if there was none, or one may have been
	 * committed when the lease was over; else {@link WorkCommitted#YES} if one was
	 * committed, and {@link WorkCommitted#NO} if none was
	 * @see LeaseLostException#workCommitted()
	 */
	WorkCommitted workCommitted();

}
