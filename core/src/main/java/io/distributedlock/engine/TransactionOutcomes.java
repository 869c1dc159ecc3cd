package io.distributedlock.engine;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

import io.distributedlock.LeaseLost;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LeaseLostException.WorkCommitted;

/**
 * What became of the transactions that did work under a lease. Thread-safe.
 */
final class TransactionOutcomes {

	private final Set<TransactionOutcome> outcomes = EnumSet.noneOf(TransactionOutcome.class);

	synchronized void add(TransactionOutcome outcome) {
		this.outcomes.add(outcome);
	}

	/**
	 * Returns what is known of all of them.
	 * @param loss how the lease was lost
	 */
	synchronized WorkCommitted workCommitted(Optional<LeaseLost> loss) {
		if (this.outcomes.isEmpty() || this.outcomes.contains(TransactionOutcome.IN_DOUBT)) {
			return WorkCommitted.UNKNOWN;
		}
		if (this.outcomes.contains(TransactionOutcome.COMMITTED_BEFORE_THE_LOSS)) {
			// a store that refuses does not say since when
			boolean refused = loss.filter((lost) -> lost.reason() == Reason.REFUSED).isPresent();
			return refused ? WorkCommitted.UNKNOWN : WorkCommitted.YES;
		}
		return this.outcomes.contains(TransactionOutcome.COMMITTED_UNDER_THE_LEASE) ? WorkCommitted.YES
				: WorkCommitted.NO;
	}

}
