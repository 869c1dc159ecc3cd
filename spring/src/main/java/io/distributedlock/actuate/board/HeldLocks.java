package io.distributedlock.actuate.board;

import java.time.Instant;
import java.util.List;

/**
 * What the cluster holds on a provider.
 *
 * @param at when the store was asked, by this node's wall clock
 * @param locks the locks, those that end first on top
 */
record HeldLocks(Instant at, List<HeldLock> locks) {
}
