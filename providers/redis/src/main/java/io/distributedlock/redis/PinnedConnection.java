package io.distributedlock.redis;

import java.time.Duration;
import java.util.List;

import org.springframework.data.redis.connection.RedisConnection;

/**
 * One network connection to one server, which a step has to itself. A server counts the
 * replicas that have what was written on the very connection that asks; to a connection
 * that has written nothing it answers that all have it.
 */
interface PinnedConnection extends AutoCloseable {

	/**
	 * Runs a script on this connection.
	 * @param script the script
	 * @param keys the locks, in a Cluster of one slot
	 * @param arguments what else the script is told
	 * @return what it returned
	 */
	List<String> run(LockScript script, List<byte[]> keys, List<String> arguments);

	/**
	 * Waits until replicas have what this connection has written.
	 * @param replicas how many
	 * @param timeout how long to wait for them
	 * @return how many have it, at least
	 * @throws RuntimeException if the connection is not the one that has written any more
	 */
	long waitForReplicas(int replicas, Duration timeout);

	/** Gives the connection back. */
	@Override
	void close();

	/**
	 * Finds the network connection behind Spring's.
	 */
	@FunctionalInterface
	interface Source {

		/** For whom waits for no replica. */
		Source NONE = (connection) -> {
			throw new IllegalStateException("No connection is pinned to wait for 0 replicas");
		};

		/**
		 * Pins a connection.
		 * @param connection the connection of the step
		 * @return what is behind it
		 */
		PinnedConnection pin(RedisConnection connection);

	}

}
