package io.distributedlock.engine;

import io.distributedlock.LeaseLost;

/**
 * Where a lease stands. Goes from held to lost or closed, and from lost to closed.
 */
sealed interface LeaseState {

	LeaseState HELD = new Held();

	LeaseState CLOSED = new Closed();

	/** In force as far as this node knows. */
	record Held() implements LeaseState {
	}

	/** Lost, and its holder has not closed it yet. */
	record Lost(LeaseLost loss) implements LeaseState {
	}

	/** Closed by its holder while held. */
	record Closed() implements LeaseState {
	}

	/** Lost, and closed by its holder. */
	record ClosedAfterLoss(LeaseLost loss) implements LeaseState {
	}

}
