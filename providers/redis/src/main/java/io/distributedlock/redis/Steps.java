package io.distributedlock.redis;

import java.util.function.Consumer;
import java.util.function.Function;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.StepNotSentException;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Runs steps, each on a connection of its own or on the factory's shared one, and tells
 * which one failed and why. Thread-safe.
 */
final class Steps {

	private final RedisConnectionFactory connections;

	private final Failures failures;

	Steps(RedisConnectionFactory connections, Failures failures) {
		this.connections = connections;
		this.failures = failures;
	}

	/**
	 * Runs a step.
	 * @param name what it attempts, for messages
	 * @param work the step
	 * @return what the step returned
	 * @throws StepNotSentException if there was no connection
	 * @throws LockStoreException if it failed
	 */
	<T> T run(String name, Function<RedisConnection, T> work) {
		try (RedisConnection connection = connect(name)) {
			return work.apply(connection);
		}
		catch (LockStoreException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			throw this.failures.during(name, ex);
		}
	}

	/**
	 * Subscribes to a node's channel.
	 * @throws LockStoreException if that failed
	 */
	RedisListening listen(String channel, Keys keys, WaitingNode node, Consumer<String> wakeUp) {
		try {
			return RedisListening.start(this.connections, channel, keys, node, wakeUp);
		}
		catch (RuntimeException ex) {
			throw this.failures.during("listen for released locks", ex);
		}
	}

	private RedisConnection connect(String name) {
		try {
			return this.connections.getConnection();
		}
		catch (RuntimeException ex) {
			throw this.failures.notSent(name, ex);
		}
	}

}
