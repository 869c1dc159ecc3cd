package io.distributedlock.autoconfigure.redis;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;

import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration.LettuceClientConfigurationBuilder;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration.LettuceSslClientConfigurationBuilder;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Makes the lock store's connections from the settings of the application's, on Lettuce.
 * All steps share one connection, unless they wait for replicas.
 */
final class LettuceLockConnections {

	/** Lettuce's own grows to 30 s, during which locks would fail for no reason. */
	private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofSeconds(1);

	/** Finds what no error tells: a master that was replaced while it does not answer. */
	private static final Duration TOPOLOGY_REFRESH_PERIOD = Duration.ofSeconds(10);

	private LettuceLockConnections() {
	}

	/**
	 * Opens connections.
	 * @param application the application's factory
	 * @param server the server it connects to
	 * @param timeout how long a command may take, and to connect
	 * @param exclusive whether each step needs a connection for itself
	 * @return the connections
	 */
	static OwnConnections like(LettuceConnectionFactory application, RedisConfiguration server, Duration timeout,
			boolean exclusive) {
		LettuceClientConfiguration configuration = application.getClientConfiguration();
		LettuceClientConfigurationBuilder builder = exclusive ? LettuceLockPool.configuration(timeout)
				: LettuceClientConfiguration.builder();
		copySsl(configuration, builder);
		configuration.getClientName().ifPresent(builder::clientName);
		configuration.getRedisCredentialsProviderFactory().ifPresent(builder::redisCredentialsProviderFactory);
		ClientResources resources = resourcesLike(configuration, timeout.multipliedBy(2));
		builder.clientResources(resources)
			.clientOptions(optionsLike(configuration.getClientOptions().orElseGet(ClientOptions::create),
					RedisConfiguration.isClusterConfiguration(server), timeout))
			.commandTimeout(timeout)
			.shutdownTimeout(configuration.getShutdownTimeout())
			.shutdownQuietPeriod(configuration.getShutdownQuietPeriod());
		LettuceConnectionFactory own = new LettuceConnectionFactory(server, builder.build());
		own.setShareNativeConnection(!exclusive);
		own.afterPropertiesSet();
		return new OwnConnections(own, () -> {
			own.destroy();
			Future<Boolean> unused = resources.shutdown(0, configuration.getShutdownTimeout().toMillis(),
					TimeUnit.MILLISECONDS);
		});
	}

	private static void copySsl(LettuceClientConfiguration application, LettuceClientConfigurationBuilder builder) {
		if (application.isUseSsl()) {
			LettuceSslClientConfigurationBuilder ssl = builder.useSsl().verifyPeer(application.getVerifyMode());
			if (application.isStartTls()) {
				ssl.startTls();
			}
		}
	}

	/**
	 * Shares the threads of the application's resources, if it has any. Not a mutation of
	 * them, whose shutdown would end those threads too. Meters that the application
	 * attached describe its own commands alone.
	 */
	private static ClientResources resourcesLike(LettuceClientConfiguration application, Duration patience) {
		DefaultClientResources.Builder builder = DefaultClientResources.builder();
		application.getClientResources()
			.ifPresent((shared) -> builder.eventExecutorGroup(shared.eventExecutorGroup())
				.eventLoopGroupProvider(shared.eventLoopGroupProvider())
				.timer(shared.timer())
				.eventBus(shared.eventBus())
				.addressResolverGroup(shared.addressResolverGroup())
				.socketAddressResolver(shared.socketAddressResolver())
				.tracing(shared.tracing()));
		NettyCustomizer customizer = application.getClientResources()
			.map(ClientResources::nettyCustomizer)
			.orElse(null);
		return builder.nettyCustomizer(new SilentConnections(customizer, patience))
			.commandLatencyRecorder(CommandLatencyRecorder.disabled())
			.reconnectDelay(Delay.fullJitter(Duration.ZERO, LONGEST_RECONNECT_DELAY, 1, TimeUnit.MILLISECONDS))
			.build();
	}

	private static ClientOptions optionsLike(ClientOptions application, boolean cluster, Duration timeout) {
		ClientOptions.Builder options = cluster ? clusterOptionsLike(application) : application.mutate();
		Duration connectTimeout = application.getSocketOptions().getConnectTimeout();
		return options.autoReconnect(true)
			.timeoutOptions(TimeoutOptions.enabled())
			.socketOptions(application.getSocketOptions()
				.mutate()
				.connectTimeout((connectTimeout.compareTo(timeout) < 0) ? connectTimeout : timeout)
				.build())
			.build();
	}

	private static ClusterClientOptions.Builder clusterOptionsLike(ClientOptions application) {
		ClusterClientOptions.Builder options = (application instanceof ClusterClientOptions cluster) ? cluster.mutate()
				: ClusterClientOptions.builder(application);
		ClusterTopologyRefreshOptions refresh = options.build().getTopologyRefreshOptions();
		boolean configured = refresh.isPeriodicRefreshEnabled() || !refresh.getAdaptiveRefreshTriggers()
			.equals(ClusterTopologyRefreshOptions.DEFAULT_ADAPTIVE_REFRESH_TRIGGERS);
		return configured ? options
				: options.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
					.adaptiveRefreshTriggersTimeout(refresh.getAdaptiveRefreshTimeout())
					.refreshTriggersReconnectAttempts(refresh.getRefreshTriggersReconnectAttempts())
					.closeStaleConnections(refresh.isCloseStaleConnections())
					.dynamicRefreshSources(refresh.useDynamicRefreshSources())
					.enablePeriodicRefresh(TOPOLOGY_REFRESH_PERIOD)
					.build());
	}

}
