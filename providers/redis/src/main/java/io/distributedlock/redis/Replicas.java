package io.distributedlock.redis;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

import io.distributedlock.LockStoreException;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Runs the scripts that make or prolong grants, and lets none count that too few replicas
 * have. Thread-safe.
 */
final class Replicas {

	private static final Duration SHORTEST = Duration.ofMillis(1);

	private final int count;

	private final Duration timeout;

	private final PinnedConnection.Source connections;

	private final Failures failures;

	/**
	 * Creates an instance.
	 * @param config how many replicas to wait for
	 * @param failures tells which step failed
	 * @throws IllegalArgumentException if the connection factory cannot be used to wait
	 */
	Replicas(RedisLockStoreConfig config, Failures failures) {
		this.count = config.replicas();
		// less than what a client waits for a reply; a server would wait for ever for 0
		Duration most = config.storeTimeout().multipliedBy(3).dividedBy(10);
		this.timeout = (most.compareTo(SHORTEST) > 0) ? most : SHORTEST;
		this.connections = (this.count > 0) ? source(config.connectionFactory()) : PinnedConnection.Source.NONE;
		this.failures = failures;
	}

	private static PinnedConnection.Source source(RedisConnectionFactory factory) {
		if (RedisAddress.LETTUCE && factory instanceof LettuceConnectionFactory lettuce) {
			return PinnedLettuceConnection.source(lettuce);
		}
		if (RedisAddress.JEDIS && factory instanceof JedisConnectionFactory jedis) {
			return PinnedJedisConnection.source(jedis);
		}
		throw new IllegalArgumentException(
				"Provider redis cannot wait for replicas with connections of %s: use LettuceConnectionFactory or JedisConnectionFactory, or set distributed-lock.redis.replicas to 0"
					.formatted(factory.getClass().getName()));
	}

	/**
	 * Checks that a connection can be used to wait.
	 * @param connection a connection of the factory
	 * @throws LockStoreException if it cannot
	 */
	void check(RedisConnection connection) {
		if (this.count > 0) {
			this.connections.pin(connection).close();
		}
	}

	/**
	 * Runs a script and waits for the replicas.
	 * @param step what it attempts, for messages
	 * @param connection where to
	 * @param script the script
	 * @param keys the locks
	 * @param arguments what else the script is told
	 * @param wrote whether a reply is one to wait for
	 * @return what the script returned
	 */
	List<String> run(String step, RedisConnection connection, LockScript script, List<byte[]> keys,
			List<String> arguments, Predicate<List<String>> wrote) {
		if (this.count == 0) {
			return script.run(connection, keys, arguments);
		}
		try (PinnedConnection pinned = this.connections.pin(connection)) {
			List<String> reply = pinned.run(script, keys, arguments);
			if (wrote.test(reply)) {
				awaitAcknowledgements(step, pinned);
			}
			return reply;
		}
	}

	private void awaitAcknowledgements(String step, PinnedConnection pinned) {
		long acknowledged = pinned.waitForReplicas(this.count, this.timeout);
		if (acknowledged < this.count) {
			throw this.failures.notAcknowledged(step, acknowledged, this.count, this.timeout);
		}
	}

}
