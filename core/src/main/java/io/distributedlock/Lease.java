package io.distributedlock;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * A lock held for a limited time by one grant. The grant, not a thread, owns it: any
 * thread may use and close it. All methods are thread-safe.
 * <p>
 * A lease can end while its holder works (a pause, a partition, a failover). It then
 * becomes lost, once and for ever, before the store may grant the lock to somebody else,
 * unless this process is paused at that moment, the store's clock steps forward, or
 * somebody releases the lock by force. What the holder writes in such a case is refused
 * only by a resource that checks the {@link #fencingToken() fencing token}.
 */
public interface Lease extends AutoCloseable {

	/**
	 * Returns the logical key, without the configured prefix.
	 * @return the key
	 */
	String key();

	/**
	 * Returns the bounded name used in meters and logs.
	 * @return the name
	 */
	String name();

	/**
	 * Returns the provider that granted the lease.
	 * @return the provider's name
	 */
	String provider();

	/**
	 * Returns the number of this grant. It is greater than the number of every earlier
	 * grant of the same key and at most 2<sup>53</sup>; if the store has forgotten the
	 * earlier ones, provided its clock has not stepped back since. Tokens of different
	 * keys do not compare.
	 * @return the fencing token
	 */
	long fencingToken();

	/**
	 * Returns when the lock was granted, by the store's clock.
	 * @return the time of the grant
	 */
	Instant acquiredAt();

	/**
	 * Returns how long the lease lasts from now if it is not renewed. Measured by this
	 * node's monotonic clock from before the request was sent, so it is never longer than
	 * what the store grants.
	 * @return the remaining time, zero if the lease is not held
	 */
	Duration remaining();

	/**
	 * Returns whether the lease is neither lost nor closed. Does no I/O.
	 * @return {@code true} while held
	 */
	boolean isHeld();

	/**
	 * Does nothing while the lease is held. Does no I/O.
	 * @throws LeaseLostException if the lease is lost
	 * @throws IllegalStateException if the lease is closed
	 */
	void ensureHeld();

	/**
	 * Prolongs the lease so that at least {@code ttl} remains from now. Never shortens
	 * it.
	 * @param ttl the least remaining time, from 1 ms to 365 days
	 * @throws LeaseLostException if the lease is lost, or the store refuses
	 * @throws LockStoreException if the store fails; the lease is then as before
	 * @throws IllegalArgumentException if {@code ttl} is out of range or reaches beyond
	 * the request's {@code maxHold}
	 * @throws IllegalStateException if the lease is closed
	 */
	void extend(Duration ttl);

	/**
	 * Registers a callback for the loss of the lease. Runs once, on a thread kept for
	 * callbacks; registered after the loss, it runs at once. What it throws is logged.
	 * Never called for a lease that is closed while held.
	 * @param callback told about the loss
	 */
	void onLost(Consumer<LeaseLost> callback);

	/**
	 * Gives the lock back. Idempotent, usable from any thread, interrupted or not, and
	 * never throws: a failure is logged, told to the {@link LockListener listeners} and
	 * retried in the background until the lease expires in the store. Releases only this
	 * grant.
	 */
	@Override
	void close();

}
