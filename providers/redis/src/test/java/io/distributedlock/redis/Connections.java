package io.distributedlock.redis;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.apache.commons.pool2.impl.GenericObjectPoolConfig;

import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration.JedisPoolingClientConfigurationBuilder;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettucePoolingClientConfiguration;

/**
 * Connection factories as an application has them, started.
 */
final class Connections {

	/** Half of the store timeout of the tests. */
	static final Duration TIMEOUT = Duration.ofSeconds(1);

	private static final Duration STORE_TIMEOUT = TIMEOUT.multipliedBy(2);

	/** As the auto-configuration opens at most. */
	static final int FEW = 9;

	private static final Map<Integer, Queue<Runnable>> ends = new ConcurrentHashMap<>();

	private Connections() {
	}

	static LettuceConnectionFactory lettuce(int port) {
		return started(port, new LettuceConnectionFactory(at(port), patientFor(TIMEOUT)));
	}

	/** To set servers up, however busy the machine is. */
	static LettuceConnectionFactory administration(int port) {
		return started(port, new LettuceConnectionFactory(at(port), patientFor(Duration.ofSeconds(30))));
	}

	private static LettuceClientConfiguration patientFor(Duration timeout) {
		return LettuceClientConfiguration.builder().commandTimeout(timeout).shutdownTimeout(Duration.ZERO).build();
	}

	/** Connections for one step each, as waiting for replicas needs them. */
	static LettuceConnectionFactory pooledLettuce(int port) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(at(port),
				LettucePoolingClientConfiguration.builder()
					.commandTimeout(TIMEOUT)
					.shutdownTimeout(Duration.ZERO)
					.build());
		factory.setShareNativeConnection(false);
		return started(port, factory);
	}

	static JedisConnectionFactory jedis(int port) {
		return started(port, new JedisConnectionFactory(at(port), pooling().build()));
	}

	/** No more connections than the auto-configuration opens, and no longer a wait. */
	static JedisConnectionFactory fewJedis(int port) {
		GenericObjectPoolConfig<Object> pool = new GenericObjectPoolConfig<>();
		pool.setMaxTotal(FEW);
		pool.setMaxIdle(FEW - 1);
		pool.setMaxWait(STORE_TIMEOUT.dividedBy(5));
		return started(port, new JedisConnectionFactory(at(port), pooling().poolConfig(pool).build()));
	}

	private static JedisPoolingClientConfigurationBuilder pooling() {
		return JedisClientConfiguration.builder().connectTimeout(TIMEOUT).readTimeout(TIMEOUT).usePooling();
	}

	private static RedisStandaloneConfiguration at(int port) {
		return new RedisStandaloneConfiguration("127.0.0.1", port);
	}

	/**
	 * Starts a factory. It ends with the server or proxy at a port, so that it does not
	 * go on connecting to whoever gets the port next.
	 */
	static LettuceConnectionFactory started(int port, LettuceConnectionFactory factory) {
		factory.afterPropertiesSet();
		factory.start();
		endsWith(port, factory::destroy);
		return factory;
	}

	static JedisConnectionFactory started(int port, JedisConnectionFactory factory) {
		factory.afterPropertiesSet();
		factory.start();
		endsWith(port, factory::destroy);
		return factory;
	}

	private static void endsWith(int port, Runnable end) {
		ends.computeIfAbsent(port, (unknown) -> new ConcurrentLinkedQueue<>()).add(end);
	}

	/** Ends all connections to a port. */
	static void end(int port) {
		Queue<Runnable> toEnd = ends.remove(port);
		if (toEnd != null) {
			toEnd.forEach(Runnable::run);
		}
	}

	/** A configuration with the store timeout of the tests. */
	static RedisLockStoreConfig config(RedisConnectionFactory factory) {
		return RedisLockStoreConfig.of(factory).withStoreTimeout(STORE_TIMEOUT);
	}

}
