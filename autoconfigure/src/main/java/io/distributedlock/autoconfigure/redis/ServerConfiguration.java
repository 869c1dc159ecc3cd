package io.distributedlock.autoconfigure.redis;

import java.util.Optional;

import org.springframework.beans.BeansException;
import org.springframework.beans.DirectFieldAccessor;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisSocketConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;

/**
 * Finds out which server a connection factory connects to.
 */
final class ServerConfiguration {

	private ServerConfiguration() {
	}

	/**
	 * Returns the server, with database, user and password.
	 * @param factory a connection factory of Lettuce or Jedis
	 * @return its configuration, empty if there is none or it is of a kind that cannot be
	 * used for another factory: static replicas have no master that is known for sure
	 */
	static Optional<RedisConfiguration> of(RedisConnectionFactory factory) {
		return read(factory, "configuration").or(() -> read(factory, "standaloneConfig"))
			.filter((server) -> server instanceof RedisStandaloneConfiguration
					|| server instanceof RedisSocketConfiguration || server instanceof RedisSentinelConfiguration
					|| server instanceof RedisClusterConfiguration);
	}

	/**
	 * The factories have accessors, but those return a standalone server on localhost
	 * where they were created with a configuration of unspecific type.
	 */
	private static Optional<RedisConfiguration> read(RedisConnectionFactory factory, String field) {
		try {
			return Optional.ofNullable((RedisConfiguration) new DirectFieldAccessor(factory).getPropertyValue(field));
		}
		catch (BeansException ex) {
			return Optional.empty();
		}
	}

}
