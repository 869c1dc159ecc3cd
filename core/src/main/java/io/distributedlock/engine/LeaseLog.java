package io.distributedlock.engine;

import java.time.Duration;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LockStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator is told of a lease. Called by one thread at a time, but for failures.
 */
final class LeaseLog {

	private static final Logger logger = LoggerFactory.getLogger(LeaseLog.class);

	/** After so many ttls, and each time that has doubled, a holder may be stuck. */
	private static final int LONG_HOLD_IN_TTLS = 50;

	private final LockSpace space;

	private final Lease lease;

	private long longHold;

	LeaseLog(LockSpace space, Lease lease, Duration ttl) {
		this.space = space;
		this.lease = lease;
		this.longHold = ttl.toNanos() * LONG_HOLD_IN_TTLS;
	}

	void lost(LeaseLost loss, Duration held) {
		this.space.lossWarnings()
			.warn(() -> logger.warn("Lost {} after {} ms: {}. Another node may take it", name(), held.toMillis(),
					loss.reason()));
	}

	void renewed(Duration held) {
		if (held.toNanos() < this.longHold) {
			return;
		}
		this.longHold = 2 * held.toNanos();
		this.space.longHoldWarnings()
			.warn(() -> logger.warn(
					"Holding {} for {} s now, still renewed: is its holder stuck? maxHold would end that", name(),
					held.toSeconds()));
	}

	void notRenewed(LockStoreException failure) {
		failed("could not renew %s; %d ms remain".formatted(name(), this.lease.remaining().toMillis()), failure);
	}

	void notExtended(LockStoreException failure) {
		failed("could not extend %s".formatted(name()), failure);
	}

	void notReleased(LockStoreException failure) {
		failed("could not release %s; that is tried again until it expires".formatted(name()), failure);
	}

	private void failed(String what, LockStoreException failure) {
		this.space.outage().failed(what, failure);
	}

	private String name() {
		return "lock '%s' (%s) of provider '%s' with fencing token %d".formatted(this.lease.key(), this.lease.name(),
				this.lease.provider(), this.lease.fencingToken());
	}

}
