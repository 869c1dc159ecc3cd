package io.distributedlock.sample.payments;

import java.time.Instant;

/**
 * A run of the settlement job.
 *
 * @param tick the time it was due
 * @param node the node that ran it
 * @param fencingToken the token of the lease under which it ran
 * @param captures how many captures it settled
 */
public record Settlement(Instant tick, String node, long fencingToken, int captures) {
}
