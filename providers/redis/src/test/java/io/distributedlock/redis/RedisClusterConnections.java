package io.distributedlock.redis;

import java.time.Duration;

import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;

import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettucePoolingClientConfiguration;

/**
 * Connection factories to a Cluster as an application has them, started.
 */
final class RedisClusterConnections {

	private RedisClusterConnections() {
	}

	/** Finds new masters when the old ones do not answer. */
	static LettuceConnectionFactory lettuce(RedisCluster cluster) {
		ClusterClientOptions options = ClusterClientOptions.builder()
			.timeoutOptions(TimeoutOptions.enabled())
			.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
				.adaptiveRefreshTriggersTimeout(Duration.ofSeconds(1))
				.build())
			.build();
		LettuceConnectionFactory factory = new LettuceConnectionFactory(cluster.configuration(),
				LettuceClientConfiguration.builder()
					.clientOptions(options)
					.commandTimeout(Connections.TIMEOUT)
					.shutdownTimeout(Duration.ZERO)
					.build());
		return Connections.started(cluster.master(0).port(), factory);
	}

	/** Connections for one step each, as waiting for replicas needs them. */
	static LettuceConnectionFactory pooledLettuce(RedisCluster cluster) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(cluster.configuration(),
				LettucePoolingClientConfiguration.builder()
					.commandTimeout(Connections.TIMEOUT)
					.shutdownTimeout(Duration.ZERO)
					.build());
		factory.setShareNativeConnection(false);
		return Connections.started(cluster.master(0).port(), factory);
	}

	static JedisConnectionFactory jedis(RedisCluster cluster) {
		JedisConnectionFactory factory = new JedisConnectionFactory(cluster.configuration(),
				JedisClientConfiguration.builder()
					.connectTimeout(Connections.TIMEOUT)
					.readTimeout(Connections.TIMEOUT)
					.usePooling()
					.build());
		return Connections.started(cluster.master(0).port(), factory);
	}

}
