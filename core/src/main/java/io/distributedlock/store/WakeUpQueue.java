package io.distributedlock.store;

import java.util.function.Consumer;

import io.distributedlock.LockStoreException;

/**
 * A store that keeps waiting nodes in order and wakes one when the lock is released. A
 * wake-up is a hint: it may be lost, late or come for nothing, and the engine re-checks
 * without it.
 */
public interface WakeUpQueue {

	/**
	 * As {@link LockStore#tryAcquire}; if the lock is held, the command's node is also
	 * queued for it, once, at the tail, unless the store knows that it cannot wake the
	 * node. A grant takes the node out of the queue. The store drops nodes that did not
	 * ask again for some seconds.
	 * @param command key, owner, node and ttl
	 * @return the grant, or who holds the lock
	 * @throws LockStoreException if the store fails; the step may still be executed later
	 */
	AcquireResult tryAcquireOrQueue(AcquireCommand command);

	/**
	 * As {@link LockStore#release}, for a node where more acquisitions wait. If other
	 * nodes are queued, the node is queued behind them in the same step, so that it gets
	 * its next turn however slowly it asks for it. A store that cannot do both in one
	 * step leaves the queueing to {@link #tryAcquireOrQueue}.
	 * @param command key, owner and minHold
	 * @param node the node that releases and waits
	 * @return whether the owner's grant was in force until now or ended by an earlier
	 * release, and whether the node is queued
	 * @throws LockStoreException if the store fails; the step may still be executed later
	 */
	ReleaseResult releaseAndQueue(ReleaseCommand command, String node);

	/**
	 * Takes the node out of the queue. If the lock is free, the next node is woken.
	 * @param key the key, with the configured prefix
	 * @param node the node that gave up
	 * @throws LockStoreException if the store fails
	 */
	void leaveQueue(String key, String node);

	/**
	 * Starts to listen for a node's wake-ups. Called before the node queues for the first
	 * time.
	 * @param node the node
	 * @param wakeUp told the key that was released; returns quickly and does no I/O
	 * @return ends the listening
	 * @throws LockStoreException if the store fails
	 */
	Listening listen(String node, Consumer<String> wakeUp);

	/**
	 * A node listening for wake-ups.
	 */
	@FunctionalInterface
	interface Listening extends AutoCloseable {

		@Override
		void close();

	}

}
