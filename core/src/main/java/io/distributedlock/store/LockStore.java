package io.distributedlock.store;

import java.time.Duration;

import io.distributedlock.LockStoreException;

/**
 * The atomic steps of a lock on some store. Each is one round trip, waits for nobody and
 * starts no thread; waiting, renewal and deadlines are the engine's. Implementations are
 * thread-safe. What a store can do beyond this is another interface:
 * {@link BatchRenewal}, {@link LockInspection}, {@link ForcedRelease},
 * {@link WakeUpQueue}, {@link Purging}, {@link StoreProbe}, {@link StoreGuarantee}.
 * <p>
 * All times are kept by one clock, the store's. A step ends within the store timeout, by
 * a result or an exception; every failure is a {@link LockStoreException}, never a
 * result.
 * <p>
 * Every step is idempotent per owner token: a client may send it twice and the store may
 * execute it twice, the result is the same. Fulfilment is checked by
 * {@code LockStoreContract} of the test-kit.
 */
public interface LockStore extends AutoCloseable {

	/**
	 * Grants the lock if it is free: never granted, released, or past its expiry. A grant
	 * that this owner has in force already is returned again, with the same token and
	 * expiry.
	 * <p>
	 * The token of a new grant is {@code max(last + 1, store clock in epoch
	 * microseconds)}, issued in the same atomic step: greater than that of every earlier
	 * grant of this key, also when the key was released or its counter forgotten.
	 * @param command key, owner and ttl
	 * @return the grant, or who holds the lock
	 * @throws LockStoreException if the store fails; the step may still be executed later
	 */
	AcquireResult tryAcquire(AcquireCommand command);

	/**
	 * Moves the expiry of a grant in force to one ttl from now, unless it is later
	 * already. Never revives a grant that expired or was released.
	 * @param command key, owner and ttl
	 * @return whether the grant is still in force
	 * @throws LockStoreException if the store fails; the step may still be executed later
	 */
	RenewResult renew(RenewCommand command);

	/**
	 * Ends a grant of this owner: frees the lock, or leaves it taken by nobody until
	 * {@code minHold} after the grant if that is later than now. Does nothing to a grant
	 * of somebody else.
	 * @param command key, owner and minHold
	 * @return whether the owner's grant was in force until now or ended by an earlier
	 * release
	 * @throws LockStoreException if the store fails; the step may still be executed later
	 */
	ReleaseResult release(ReleaseCommand command);

	/**
	 * Takes back an acquisition whose outcome is unknown and that may still be on its way
	 * to the store. The engine repeats this until it returns {@code true}, or until
	 * nothing can be on its way any more.
	 * <p>
	 * A store that can refuse an owner in advance does so and returns {@code true}.
	 * @param key the key
	 * @param owner the owner token of that acquisition
	 * @param bound how long the acquisition may be on its way, from now
	 * @return {@code true} if the owner has no grant and cannot get one any more
	 * @throws LockStoreException if the store fails
	 */
	default boolean abandon(String key, String owner, Duration bound) {
		return release(new ReleaseCommand(key, owner, Duration.ZERO)) == ReleaseResult.RELEASED;
	}

	/**
	 * Gives back what the store opened itself. Grants stay as they are.
	 */
	@Override
	default void close() {
	}

}
