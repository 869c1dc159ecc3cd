package io.distributedlock.redis;

import java.util.Collection;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.NamedNode;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisSocketConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.util.ClassUtils;

/**
 * Where a connection factory leads to, for messages.
 */
final class RedisAddress {

	static final boolean LETTUCE = isPresent("io.lettuce.core.RedisClient");

	static final boolean JEDIS = isPresent("redis.clients.jedis.Jedis");

	private RedisAddress() {
	}

	static String of(RedisConnectionFactory factory) {
		if (LETTUCE && factory instanceof LettuceConnectionFactory lettuce) {
			RedisSocketConfiguration socket = lettuce.getSocketConfiguration();
			return of((socket != null) ? socket.getSocket() : lettuce.getHostName() + ":" + lettuce.getPort(),
					lettuce.getSentinelConfiguration(), lettuce.getClusterConfiguration());
		}
		if (JEDIS && factory instanceof JedisConnectionFactory jedis) {
			return of(jedis.getHostName() + ":" + jedis.getPort(), jedis.getSentinelConfiguration(),
					jedis.getClusterConfiguration());
		}
		return factory.getClass().getName();
	}

	private static String of(String standalone, @Nullable RedisSentinelConfiguration sentinel,
			@Nullable RedisClusterConfiguration cluster) {
		if (sentinel != null) {
			NamedNode master = sentinel.getMaster();
			return "master %s of the sentinels %s".formatted((master != null) ? master.getName() : "",
					list(sentinel.getSentinels()));
		}
		return (cluster != null) ? "cluster of " + list(cluster.getClusterNodes()) : standalone;
	}

	private static String list(Collection<RedisNode> nodes) {
		return nodes.stream().map(RedisNode::asString).sorted().collect(Collectors.joining(", "));
	}

	private static boolean isPresent(String className) {
		return ClassUtils.isPresent(className, RedisAddress.class.getClassLoader());
	}

}
