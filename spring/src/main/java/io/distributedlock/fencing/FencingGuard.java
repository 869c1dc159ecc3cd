package io.distributedlock.fencing;

import io.distributedlock.InvalidLockKeyException;
import io.distributedlock.Lease;
import io.distributedlock.LockContext;
import io.distributedlock.StaleFencingTokenException;

/**
 * Refuses the writes of stale holders: who holds a lock no more, and does not know yet,
 * has a smaller fencing token than the holder after it.
 *
 * <pre class="code">
 * &#064;Transactional
 * public void credit(long id, BigDecimal amount) {
 * 	this.guard.check("account:" + id);
 * 	this.accounts.add(id, amount);
 * }
 * </pre>
 *
 * A resource is what must not be written by two at a time. The tokens checked for one
 * resource have to be those of one lock: tokens of different locks do not compare.
 * <p>
 * Implementations are thread-safe. The guard of this library keeps the highest token of
 * each resource in a table and takes part in the Spring-managed transaction of its
 * caller: the resource stays locked until that ends, so that writers of one resource are
 * in order, and a rollback takes the token back. Outside a transaction, a check says what
 * was true a moment ago and protects nothing.
 */
public interface FencingGuard {

	/**
	 * Checks a token before the resource is written, in the same transaction.
	 * @param resource the resource, by the rules of lock keys
	 * @param fencingToken the token of the lease under which it is written, as of
	 * {@link Lease#fencingToken()}
	 * @throws StaleFencingTokenException if the resource has seen a greater token, or has
	 * forgotten which tokens it has seen and this one is older than its retention
	 * @throws InvalidLockKeyException if the resource breaks the rules of lock keys
	 * @throws IllegalArgumentException if the token is not positive
	 */
	void check(String resource, long fencingToken);

	/**
	 * Checks the token of the innermost lease of this call path before the resource is
	 * written, in the same transaction.
	 * @param resource the resource, by the rules of lock keys
	 * @throws IllegalStateException if this call path has no lease
	 * @throws StaleFencingTokenException as {@link #check(String, long)} does
	 * @throws InvalidLockKeyException if the resource breaks the rules of lock keys
	 */
	default void check(String resource) {
		Lease lease = LockContext.current()
			.orElseThrow(() -> new IllegalStateException(
					("Resource '%s' is checked without a lease on this call path: call it from a @DistributedLock method "
							+ "or from DistributedLocks.call(..), or pass the token: check(resource, fencingToken)")
						.formatted(resource)));
		check(resource, lease.fencingToken());
	}

}
