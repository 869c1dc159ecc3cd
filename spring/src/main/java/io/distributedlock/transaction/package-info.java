/**
 * Locks and transactions: a lock that is taken inside a transaction is given back after
 * it, and a transaction that works under a lock is committed only while the lease is
 * held.
 */
@NullMarked
package io.distributedlock.transaction;

import org.jspecify.annotations.NullMarked;
