package io.distributedlock;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Told what happens to locks on this node. Any number of listeners may be registered. A
 * listener that throws is logged and harms neither the lock nor other listeners.
 * Implementations must be thread-safe, and quick where noted.
 */
public interface LockListener {

	/**
	 * A lock is known before anybody asks for it, since a method declares it.
	 * @param name the bounded name used in meters and logs
	 * @param provider the provider that will be asked
	 */
	default void declared(String name, String provider) {
	}

	/**
	 * An acquisition begins. Called exactly once per acquisition, on the thread that asks
	 * for the lock: be quick. Every acquisition announced here is announced to
	 * {@link #acquisitionEnded} too, with the same instance.
	 * @param attempt the acquisition
	 */
	default void acquisitionBegun(LockAttempt attempt) {
	}

	/**
	 * A lock was granted. Called on the acquiring thread: be quick.
	 * @param lease the lease
	 * @param waited the time from request to grant
	 */
	default void acquired(Lease lease, Duration waited) {
	}

	/**
	 * An acquisition found the lock held. Called once per acquisition, on the acquiring
	 * thread, before it waits or gives up: be quick.
	 * @param attempt the acquisition
	 */
	default void contended(LockAttempt attempt) {
	}

	/**
	 * An acquisition ended. Called exactly once per acquisition, on the acquiring thread:
	 * be quick.
	 * @param attempt the acquisition
	 * @param outcome how it ended
	 * @param waited the time from request to outcome
	 */
	default void acquisitionEnded(LockAttempt attempt, AcquisitionOutcome outcome, Duration waited) {
	}

	/**
	 * A lease was closed by its holder, lost or not. Called on the closing thread, before
	 * the store is told: be quick.
	 * @param lease the lease
	 * @param held the time from grant to close
	 */
	default void released(Lease lease, Duration held) {
	}

	/**
	 * A lease was renewed. Called on a thread kept for callbacks.
	 * @param lease the lease
	 */
	default void renewed(Lease lease) {
	}

	/**
	 * A renewal failed and is tried again until the lease's deadline. Called on a thread
	 * kept for callbacks.
	 * @param lease the lease
	 * @param cause what failed
	 */
	default void renewalFailed(Lease lease, LockStoreException cause) {
	}

	/**
	 * A lease was lost. Called once per lost lease, on a thread kept for callbacks.
	 * @param lost which lease, and why
	 */
	default void lost(LeaseLost lost) {
	}

	/**
	 * The store failed while a lock was acquired or released. Called on the thread that
	 * saw the failure: be quick.
	 * @param attempt the acquisition whose step failed
	 * @param cause what failed
	 */
	default void storeFailed(LockAttempt attempt, LockStoreException cause) {
	}

	/**
	 * A resource refused a fencing token. Called on the thread that was about to write:
	 * be quick.
	 * @param rejection resource and token
	 * @param attempt the lock of the innermost lease of that thread's call path;
	 * {@code null} if it has none
	 */
	default void fencingRejected(StaleFencingTokenException rejection, @Nullable LockAttempt attempt) {
	}

}
