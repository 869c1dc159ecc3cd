package io.distributedlock.benchmarks.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Clients of a server on this machine, with standard settings.
 */
public final class RedisClients {

	private static final String HOST = "127.0.0.1";

	private RedisClients() {
	}

	/**
	 * Creates what an application of Spring Data Redis has.
	 * @param port the server's port
	 * @return the factory, to be destroyed
	 */
	public static LettuceConnectionFactory spring(int port) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(new RedisStandaloneConfiguration(HOST, port));
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

	/**
	 * Creates a client of Lettuce alone.
	 * @param port the server's port
	 * @return the client, to be closed
	 */
	public static RedisClient lettuce(int port) {
		return RedisClient.create(RedisURI.create(HOST, port));
	}

	/**
	 * Creates a client of Redisson.
	 * @param port the server's port
	 * @return the client, to be shut down
	 */
	public static RedissonClient redisson(int port) {
		Config config = new Config();
		config.useSingleServer().setAddress("redis://%s:%d".formatted(HOST, port));
		return Redisson.create(config);
	}

}
