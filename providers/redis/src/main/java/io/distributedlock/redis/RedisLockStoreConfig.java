package io.distributedlock.redis;

import java.time.Duration;
import java.util.Objects;

import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * What a {@link RedisLockStore} needs. Immutable.
 *
 * @param connectionFactory where connections come from; the store never closes it. Best
 * one of its own, whose commands time out within two fifths of the store timeout: a step
 * takes up to two commands, and what is left is for waiting for a connection
 * @param namespace what every Redis key and channel of the store starts with, not blank
 * @param storeTimeout how long a step may take before it fails
 * @param retention how long the hash of a lock is kept after its last use, at least;
 * should be far above any ttl, and is a second or more
 * @param replicas how many replicas have to acknowledge an acquisition and a renewal; 0
 * waits for none. Needs Lettuce with connections that are pooled and not shared, or Jedis
 * without a Cluster. Waiting takes up to three tenths of the store timeout, which must be
 * less than what the client waits for a reply
 * @param strict whether settings of the server under which locks can get lost, which
 * otherwise are warned of, keep the store from opening. A server that does not show its
 * settings (CONFIG GET) does not keep it from opening, but is warned of
 */
public record RedisLockStoreConfig(RedisConnectionFactory connectionFactory, String namespace, Duration storeTimeout,
		Duration retention, int replicas, boolean strict) {

	/** The namespace unless another is given. */
	public static final String DEFAULT_NAMESPACE = "distributed-lock:";

	/** The store timeout unless another is given: 5 seconds. */
	public static final Duration DEFAULT_STORE_TIMEOUT = Duration.ofSeconds(5);

	/** The retention unless another is given: 24 hours. */
	public static final Duration DEFAULT_RETENTION = Duration.ofHours(24);

	/**
	 * The shortest retention: a key that expired in the middle of a step would stay for
	 * ever.
	 */
	public static final Duration SHORTEST_RETENTION = Duration.ofSeconds(1);

	/**
	 * Checks the values.
	 * @throws IllegalArgumentException if the namespace is blank, the timeout is not
	 * positive, the retention is shorter than a second, or the number of replicas is
	 * negative
	 */
	public RedisLockStoreConfig {
		Objects.requireNonNull(connectionFactory, "connectionFactory");
		if (namespace.isBlank()) {
			throw new IllegalArgumentException(
					"Namespace '%s' is blank: write for example %s".formatted(namespace, DEFAULT_NAMESPACE));
		}
		if (storeTimeout.isNegative() || storeTimeout.isZero()) {
			throw new IllegalArgumentException(
					"Store timeout %s is not positive: write for example 5s".formatted(storeTimeout));
		}
		if (retention.compareTo(SHORTEST_RETENTION) < 0) {
			throw new IllegalArgumentException(
					"Retention %s is shorter than a second: write for example 24h".formatted(retention));
		}
		if (replicas < 0) {
			throw new IllegalArgumentException(
					"Number of replicas %d is negative: write 0 to wait for none".formatted(replicas));
		}
	}

	/**
	 * Returns the standard configuration for a connection factory.
	 * @param connectionFactory where connections come from
	 * @return the configuration
	 */
	public static RedisLockStoreConfig of(RedisConnectionFactory connectionFactory) {
		return new RedisLockStoreConfig(connectionFactory, DEFAULT_NAMESPACE, DEFAULT_STORE_TIMEOUT, DEFAULT_RETENTION,
				0, false);
	}

	/**
	 * Returns a copy with another namespace.
	 * @param namespace what every Redis key and channel starts with
	 * @return the copy
	 * @throws IllegalArgumentException if it is blank
	 */
	public RedisLockStoreConfig withNamespace(String namespace) {
		return new RedisLockStoreConfig(this.connectionFactory, namespace, this.storeTimeout, this.retention,
				this.replicas, this.strict);
	}

	/**
	 * Returns a copy with another store timeout.
	 * @param storeTimeout how long a step may take
	 * @return the copy
	 * @throws IllegalArgumentException if it is not positive
	 */
	public RedisLockStoreConfig withStoreTimeout(Duration storeTimeout) {
		return new RedisLockStoreConfig(this.connectionFactory, this.namespace, storeTimeout, this.retention,
				this.replicas, this.strict);
	}

	/**
	 * Returns a copy with another retention.
	 * @param retention how long the hash of a lock is kept after its last use
	 * @return the copy
	 * @throws IllegalArgumentException if it is shorter than a second
	 */
	public RedisLockStoreConfig withRetention(Duration retention) {
		return new RedisLockStoreConfig(this.connectionFactory, this.namespace, this.storeTimeout, retention,
				this.replicas, this.strict);
	}

	/**
	 * Returns a copy that waits for replicas.
	 * @param replicas how many have to acknowledge an acquisition and a renewal
	 * @return the copy
	 * @throws IllegalArgumentException if it is negative
	 */
	public RedisLockStoreConfig withReplicas(int replicas) {
		return new RedisLockStoreConfig(this.connectionFactory, this.namespace, this.storeTimeout, this.retention,
				replicas, this.strict);
	}

	/**
	 * Returns a copy that refuses, or warns of, settings under which locks can get lost.
	 * @param strict whether to refuse them
	 * @return the copy
	 */
	public RedisLockStoreConfig withStrict(boolean strict) {
		return new RedisLockStoreConfig(this.connectionFactory, this.namespace, this.storeTimeout, this.retention,
				this.replicas, strict);
	}

}
