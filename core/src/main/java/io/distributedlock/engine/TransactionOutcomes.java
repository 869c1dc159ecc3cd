package io.distributedlock.engine;

import java.util.EnumSet;
import java.util.Set;

import io.distributedlock.LeaseLostException.WorkCommitted;

/**
 * What became of the transactions that did work under a lease. Thread-safe.
 */
final class TransactionOutcomes {

	private final Set<WorkCommitted> outcomes = EnumSet.noneOf(WorkCommitted.class);

	synchronized void add(WorkCommitted outcome) {
		this.outcomes.add(outcome);
	}

	/**
	 * Returns the outcome of all of them: in doubt if one is.
	 */
	synchronized WorkCommitted outcome() {
		if (this.outcomes.isEmpty() || this.outcomes.contains(WorkCommitted.UNKNOWN)) {
			return WorkCommitted.UNKNOWN;
		}
		return this.outcomes.contains(WorkCommitted.YES) ? WorkCommitted.YES : WorkCommitted.NO;
	}

}
