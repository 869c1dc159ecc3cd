package io.distributedlock.benchmarks.contender;

/**
 * Something that locks and can wait for it.
 */
public interface WaitingPeer extends Peer {

	/**
	 * Acquires a lock, waiting as long as somebody else has it.
	 * @param key the key
	 * @return releases the lock, on the same thread
	 */
	Runnable acquire(String key);

}
