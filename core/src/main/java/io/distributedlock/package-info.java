/**
 * What applications use: {@link io.distributedlock.DistributedLocks} hands out
 * {@link io.distributedlock.Lease leases}, each with a fencing token.
 */
@NullMarked
package io.distributedlock;

import org.jspecify.annotations.NullMarked;
