package io.distributedlock.actuate.board;

import java.time.Duration;
import java.util.Optional;

import io.distributedlock.Lease;
import io.distributedlock.LockInfo;

/**
 * A lock that somebody holds.
 *
 * @param info what the store says
 * @param length the largest remaining time it is known or likely to have had
 * @param waiting how many acquisitions of this node wait for it
 * @param lease this node's lease, if it is the holder
 */
record HeldLock(LockInfo info, Duration length, int waiting, Optional<Lease> lease) {

	/**
	 * Returns how much of the lease is left.
	 * @return between 0 and 1
	 */
	double remainingShare() {
		return this.length.isZero() ? 0
				: Math.min(1, (double) this.info.remaining().toMillis() / this.length.toMillis());
	}

}
