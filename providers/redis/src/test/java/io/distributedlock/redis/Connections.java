package io.distributedlock.redis;

import java.time.Duration;

import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
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

	private Connections() {
	}

	static LettuceConnectionFactory lettuce(int port) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration("127.0.0.1", port),
				LettuceClientConfiguration.builder().commandTimeout(TIMEOUT).shutdownTimeout(Duration.ZERO).build());
		return started(factory);
	}

	/** To set servers up, however busy the machine is. */
	static LettuceConnectionFactory administration(int port) {
		return started(new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", port),
				LettuceClientConfiguration.builder()
					.commandTimeout(Duration.ofSeconds(30))
					.shutdownTimeout(Duration.ZERO)
					.build()));
	}

	/** Connections for one step each, as waiting for replicas needs them. */
	static LettuceConnectionFactory pooledLettuce(int port) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration("127.0.0.1", port),
				LettucePoolingClientConfiguration.builder()
					.commandTimeout(TIMEOUT)
					.shutdownTimeout(Duration.ZERO)
					.build());
		factory.setShareNativeConnection(false);
		return started(factory);
	}

	static JedisConnectionFactory jedis(int port) {
		JedisConnectionFactory factory = new JedisConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", port),
				JedisClientConfiguration.builder().connectTimeout(TIMEOUT).readTimeout(TIMEOUT).usePooling().build());
		return started(factory);
	}

	private static LettuceConnectionFactory started(LettuceConnectionFactory factory) {
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

	private static JedisConnectionFactory started(JedisConnectionFactory factory) {
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

	/** A configuration with the store timeout of the tests. */
	static RedisLockStoreConfig config(RedisConnectionFactory factory) {
		return RedisLockStoreConfig.of(factory).withStoreTimeout(TIMEOUT.multipliedBy(2));
	}

}
