package io.distributedlock.autoconfigure.redis;

import java.time.Duration;

import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.ConnectionPoolConfig;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration.JedisClientConfigurationBuilder;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration.JedisSslClientConfigurationBuilder;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;

/**
 * Makes the lock store's connections from the settings of the application's, on Jedis: a
 * small pool.
 */
final class JedisLockConnections {

	private static final int SIZE = 8;

	private static final int ATTEMPTS_IN_CLUSTER = 2;

	/** Idle connections that an outage broke are closed after that. */
	private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

	private static final Duration LONGEST_IDLE = Duration.ofMinutes(1);

	private JedisLockConnections() {
	}

	/**
	 * Opens connections.
	 * @param application the application's factory
	 * @param server the server it connects to
	 * @param timeout how long a command may take, and to connect; half of it to wait for
	 * a connection that is free
	 * @return the connections
	 */
	static OwnConnections like(JedisConnectionFactory application, RedisConfiguration server, Duration timeout) {
		JedisClientConfiguration configuration = configurationLike(application.getClientConfiguration(), timeout);
		JedisConnectionFactory own = connectTo(server, configuration);
		own.setUseUnifiedJedis(application.isUseUnifiedJedis());
		own.afterPropertiesSet();
		return new OwnConnections(own, own::destroy);
	}

	private static JedisConnectionFactory connectTo(RedisConfiguration server, JedisClientConfiguration configuration) {
		if (server instanceof RedisSentinelConfiguration sentinel) {
			return new JedisConnectionFactory(sentinel, configuration);
		}
		if (server instanceof RedisClusterConfiguration cluster) {
			return new JedisConnectionFactory(inFewAttempts(cluster), configuration);
		}
		return new JedisConnectionFactory((RedisStandaloneConfiguration) server, configuration);
	}

	/**
	 * Jedis sends a command up to five times in a Cluster, also one that nobody answers:
	 * far beyond the store timeout.
	 */
	private static RedisClusterConfiguration inFewAttempts(RedisClusterConfiguration application) {
		RedisClusterConfiguration cluster = new RedisClusterConfiguration();
		cluster.setClusterNodes(application.getClusterNodes());
		cluster.setUsername(application.getUsername());
		cluster.setPassword(application.getPassword());
		cluster.setMaxRedirects(ATTEMPTS_IN_CLUSTER);
		return cluster;
	}

	private static JedisClientConfiguration configurationLike(JedisClientConfiguration application, Duration timeout) {
		JedisClientConfigurationBuilder builder = JedisClientConfiguration.builder();
		if (application.isUseSsl()) {
			JedisSslClientConfigurationBuilder ssl = builder.useSsl();
			application.getSslSocketFactory().ifPresent(ssl::sslSocketFactory);
			application.getSslParameters().ifPresent(ssl::sslParameters);
			application.getHostnameVerifier().ifPresent(ssl::hostnameVerifier);
		}
		application.getClientName().ifPresent(builder::clientName);
		int millis = Math.toIntExact(timeout.toMillis());
		return builder.customizeClientConfig((config) -> {
			application.getClientConfigCustomizer().ifPresent((customizer) -> customizer.customize(config));
			config.connectionTimeoutMillis(millis).socketTimeoutMillis(millis);
		}).customizeClient((client) -> {
			application.getClientCustomizer().ifPresent((customizer) -> customizer.customize(client));
			client.poolConfig(small(new ConnectionPoolConfig(), timeout));
		})
			.connectTimeout(timeout)
			.readTimeout(timeout)
			.usePooling()
			.poolConfig(small(new GenericObjectPoolConfig<>(), timeout))
			.build();
	}

	private static <T extends GenericObjectPoolConfig<?>> T small(T pool, Duration timeout) {
		// One more listens for wake-ups and is never free for a step.
		pool.setMaxTotal(SIZE + 1);
		pool.setMaxIdle(SIZE);
		pool.setMaxWait(timeout.dividedBy(2));
		pool.setTestWhileIdle(true);
		pool.setTimeBetweenEvictionRuns(CHECK_INTERVAL);
		pool.setNumTestsPerEvictionRun(-1);
		pool.setMinEvictableIdleDuration(LONGEST_IDLE);
		return pool;
	}

}
