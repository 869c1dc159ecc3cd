package io.distributedlock.autoconfigure.redis;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.util.ClassUtils;

/**
 * The connections of the lock store. Where the application's connection factory is one of
 * Lettuce or Jedis, the store has connections of the same kind to the same server for
 * itself: with timeouts that fit the store timeout, always to the master, soon back after
 * an outage, and never part of what the application's connections do. Opened on first
 * use, closed with the application context. Thread-safe. Not a
 * {@link RedisConnectionFactory} itself, so that nobody but the store gets it injected.
 */
final class LockConnections implements DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(LockConnections.class);

	private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);

	private static final Duration LONGEST_TIMEOUT = Duration.ofMillis(Integer.MAX_VALUE);

	private static final boolean LETTUCE = isPresent("io.lettuce.core.RedisClient");

	private static final boolean JEDIS = isPresent("redis.clients.jedis.Jedis");

	private final Supplier<RedisConnectionFactory> application;

	private final Duration timeout;

	private final int replicas;

	/** Opening takes long. */
	private final ReentrantLock mutex = new ReentrantLock();

	private @Nullable RedisConnectionFactory opened;

	private @Nullable OwnConnections own;

	/**
	 * Creates an instance that is not open.
	 * @param application finds the application's connection factory
	 * @param storeTimeout how long a step of the store may take
	 * @param replicas how many replicas the store waits for
	 */
	LockConnections(Supplier<RedisConnectionFactory> application, Duration storeTimeout, int replicas) {
		this.application = application;
		this.timeout = perCommand(storeTimeout);
		this.replicas = replicas;
	}

	/**
	 * A step takes up to two commands: a script that the server does not know is sent
	 * again in full. What is left is for waiting for a connection. Clients take 0 for no
	 * timeout, and count in an int.
	 */
	private static Duration perCommand(Duration storeTimeout) {
		Duration timeout = storeTimeout.multipliedBy(2).dividedBy(5);
		if (timeout.compareTo(SHORTEST_TIMEOUT) < 0) {
			return SHORTEST_TIMEOUT;
		}
		return (timeout.compareTo(LONGEST_TIMEOUT) < 0) ? timeout : LONGEST_TIMEOUT;
	}

	/**
	 * Returns where the store gets its connections: the same each time, as a store that
	 * could not be created is created anew later.
	 * @return the store's own connection factory, or the application's
	 */
	RedisConnectionFactory open() {
		return atomically(() -> {
			RedisConnectionFactory existing = this.opened;
			if (existing == null) {
				existing = create();
				this.opened = existing;
			}
			return existing;
		});
	}

	private RedisConnectionFactory create() {
		RedisConnectionFactory factory = this.application.get();
		RedisConnectionFactory target = targetOf(factory);
		this.own = like(target);
		if (this.own == null) {
			logger
				.warn("Provider redis has no connections of its own and shares those of {}: their timeouts count instead "
						+ "of distributed-lock.store-timeout, and they may be slow to come back after an outage. Name "
						+ "another RedisConnectionFactory, of Lettuce or Jedis, with {}", target.getClass().getName(),
						LockConnectionFactory.PROPERTY);
		}
		return (this.own != null) ? this.own.factory() : factory;
	}

	private @Nullable OwnConnections like(RedisConnectionFactory target) {
		RedisConfiguration server = ServerConfiguration.of(target).orElse(null);
		if (server == null || AopUtils.isAopProxy(target)) {
			return null;
		}
		if (LETTUCE && target instanceof LettuceConnectionFactory lettuce) {
			return LettuceLockConnections.like(lettuce, server, this.timeout, this.replicas > 0);
		}
		if (JEDIS && target instanceof JedisConnectionFactory jedis) {
			return JedisLockConnections.like(jedis, server, this.timeout);
		}
		return null;
	}

	private static RedisConnectionFactory targetOf(RedisConnectionFactory factory) {
		Object target = AopProxyUtils.getSingletonTarget(factory);
		return (target instanceof RedisConnectionFactory inner) ? targetOf(inner) : factory;
	}

	Optional<RedisConnectionFactory> own() {
		return atomically(() -> Optional.ofNullable(this.own)).map(OwnConnections::factory);
	}

	@Override
	public void destroy() {
		atomically(() -> Optional.ofNullable(this.own)).ifPresent((connections) -> connections.end().run());
	}

	private <T> T atomically(Supplier<T> step) {
		this.mutex.lock();
		try {
			return step.get();
		}
		finally {
			this.mutex.unlock();
		}
	}

	private static boolean isPresent(String className) {
		return ClassUtils.isPresent(className, LockConnections.class.getClassLoader());
	}

}
