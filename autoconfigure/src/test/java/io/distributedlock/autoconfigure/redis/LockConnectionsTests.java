package io.distributedlock.autoconfigure.redis;

import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.distributedlock.autoconfigure.DistributedLockConfigurationException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import org.aopalliance.intercept.Joinpoint;
import org.aopalliance.intercept.MethodInterceptor;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.DefaultJedisClientConfig;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.PrototypeTargetSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisSocketConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.RedisStaticMasterReplicaConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettucePoolingClientConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

/**
 * How the store's connections are made of the application's. Nothing here connects.
 */
@ExtendWith(OutputCaptureExtension.class)
class LockConnectionsTests {

	private static final RedisConfiguration STANDALONE = new RedisStandaloneConfiguration("redis.example.org", 6380);

	private static final Duration STORE_TIMEOUT = Duration.ofSeconds(3);

	/** Two fifths of the store timeout. */
	private static final Duration PER_COMMAND = Duration.ofMillis(1200);

	private static final Duration FOR_A_CONNECTION = Duration.ofMillis(600);

	private final ClientResources resources = DefaultClientResources.create();

	@AfterEach
	void shutDown() throws InterruptedException {
		this.resources.shutdown().await();
	}

	@ParameterizedTest
	@ValueSource(strings = { "standalone", "socket", "sentinel", "cluster" })
	void lettuceConnectsToTheSameServer(String kind) {
		RedisConfiguration server = switch (kind) {
			case "standalone" -> STANDALONE;
			case "socket" -> new RedisSocketConfiguration("/tmp/redis.sock");
			case "sentinel" -> new RedisSentinelConfiguration("master", Set.of("a:26379", "b:26379"));
			default -> new RedisClusterConfiguration(List.of("a:7000", "b:7001"));
		};
		lettuce(new LettuceConnectionFactory(server), 0, (own) -> {
			assertThat(ServerConfiguration.of(own)).containsSame(server);
			assertThat(own.isRunning()).isTrue();
			assertThat(own.getShareNativeConnection()).isTrue();
		});
	}

	@Test
	void jedisConnectsToTheSameServer() {
		jedis(new JedisConnectionFactory((RedisStandaloneConfiguration) STANDALONE), (own) -> {
			assertThat(own.getHostName()).isEqualTo("redis.example.org");
			assertThat(own.getPort()).isEqualTo(6380);
		});
	}

	@Test
	void lettuceHasTheSettingsOfTheApplicationButItsOwnTimeouts() {
		SslOptions ssl = SslOptions.builder().jdkSslProvider().build();
		LettuceClientConfiguration application = LettuceClientConfiguration.builder()
			.clientResources(this.resources)
			.clientName("shop")
			.clientOptions(ClientOptions.builder()
				.protocolVersion(ProtocolVersion.RESP2)
				.sslOptions(ssl)
				.autoReconnect(false)
				.build())
			.readFrom(ReadFrom.REPLICA)
			.commandTimeout(Duration.ofMinutes(1))
			.useSsl()
			.verifyPeer(SslVerifyMode.CA)
			.startTls()
			.build();
		lettuce(new LettuceConnectionFactory(STANDALONE, application), 0, (own) -> {
			LettuceClientConfiguration configuration = own.getClientConfiguration();
			assertThat(configuration.isUseSsl()).isTrue();
			assertThat(configuration.isStartTls()).isTrue();
			assertThat(configuration.getVerifyMode()).isEqualTo(SslVerifyMode.CA);
			assertThat(configuration.getClientName()).contains("shop");
			assertThat(configuration.getReadFrom()).isEmpty();
			assertThat(configuration.getCommandTimeout()).isEqualTo(PER_COMMAND);
			ClientOptions options = configuration.getClientOptions().orElseThrow();
			assertThat(options.getProtocolVersion()).isEqualTo(ProtocolVersion.RESP2);
			assertThat(options.getSslOptions()).isSameAs(ssl);
			assertThat(options.isAutoReconnect()).isTrue();
			assertThat(options.getSocketOptions().getConnectTimeout()).isEqualTo(PER_COMMAND);
		});
	}

	@Test
	void lettuceSharesThreadsAndReconnectsWithinASecond() {
		LettuceClientConfiguration application = LettuceClientConfiguration.builder()
			.clientResources(this.resources)
			.build();
		lettuce(new LettuceConnectionFactory(STANDALONE, application), 0, (own) -> {
			ClientResources used = own.getClientConfiguration().getClientResources().orElseThrow();
			assertThat(used.eventLoopGroupProvider()).isSameAs(this.resources.eventLoopGroupProvider());
			assertThat(used.timer()).isSameAs(this.resources.timer());
			for (int attempt = 1; attempt < 50; attempt++) {
				assertThat(used.reconnectDelay().createDelay(attempt)).isLessThanOrEqualTo(Duration.ofSeconds(1));
			}
		});
		assertThat(this.resources.eventExecutorGroup().isShuttingDown()).isFalse();
	}

	@Test
	void lettuceEndsThreadsOfItsOwn() {
		ClientResources[] used = new ClientResources[1];
		lettuce(new LettuceConnectionFactory(STANDALONE), 0,
				(own) -> used[0] = own.getClientConfiguration().getClientResources().orElseThrow());
		assertThat(used[0].eventExecutorGroup().isShuttingDown()).isTrue();
	}

	@Test
	void lettuceRefreshesTheTopologyOfAClusterByItself() {
		RedisConfiguration cluster = new RedisClusterConfiguration(List.of("a:7000"));
		LettuceClientConfiguration application = LettuceClientConfiguration.builder()
			.clientOptions(ClusterClientOptions.builder()
				.validateClusterNodeMembership(false)
				.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder().dynamicRefreshSources(false).build())
				.build())
			.build();
		lettuce(new LettuceConnectionFactory(cluster, application), 0, (own) -> {
			ClusterClientOptions options = (ClusterClientOptions) own.getClientConfiguration()
				.getClientOptions()
				.orElseThrow();
			assertThat(options.isValidateClusterNodeMembership()).isFalse();
			ClusterTopologyRefreshOptions refresh = options.getTopologyRefreshOptions();
			assertThat(refresh.isPeriodicRefreshEnabled()).isTrue();
			assertThat(refresh.getRefreshPeriod()).isEqualTo(Duration.ofSeconds(10));
			assertThat(refresh.getAdaptiveRefreshTriggers()).isNotEmpty();
			assertThat(refresh.useDynamicRefreshSources()).isFalse();
		});
	}

	@Test
	void lettuceRefreshesTheTopologyAsTheApplicationDoes() {
		RedisConfiguration cluster = new RedisClusterConfiguration(List.of("a:7000"));
		ClusterTopologyRefreshOptions refresh = ClusterTopologyRefreshOptions.builder()
			.enablePeriodicRefresh(Duration.ofMinutes(7))
			.build();
		LettuceClientConfiguration application = LettuceClientConfiguration.builder()
			.clientOptions(ClusterClientOptions.builder().topologyRefreshOptions(refresh).build())
			.build();
		lettuce(new LettuceConnectionFactory(cluster, application), 0,
				(own) -> assertThat(own.getClientConfiguration().getClientOptions().orElseThrow())
					.isInstanceOfSatisfying(ClusterClientOptions.class,
							(options) -> assertThat(options.getTopologyRefreshOptions()).isSameAs(refresh)));
	}

	@Test
	void lettuceHasConnectionsForOneStepEachToWaitForReplicas() {
		lettuce(new LettuceConnectionFactory(STANDALONE), 1, (own) -> {
			assertThat(own.getShareNativeConnection()).isFalse();
			assertThat(own.getClientConfiguration()).isInstanceOfSatisfying(LettucePoolingClientConfiguration.class,
					(pooled) -> assertThat(pooled.getPoolConfig().getMaxWaitDuration()).isEqualTo(FOR_A_CONNECTION));
		});
	}

	@Test
	void lettuceDoesNotCopyThePoolOfTheApplication() {
		LettuceClientConfiguration application = LettucePoolingClientConfiguration.builder()
			.poolConfig(new GenericObjectPoolConfig<>())
			.build();
		lettuce(new LettuceConnectionFactory(STANDALONE, application), 0, (own) -> {
			assertThat(own.getClientConfiguration()).isNotInstanceOf(LettucePoolingClientConfiguration.class);
			assertThat(own.getShareNativeConnection()).isTrue();
		});
	}

	@Test
	void jedisHasTheSettingsOfTheApplicationButItsOwnTimeoutsAndPool() {
		GenericObjectPoolConfig<?> large = new GenericObjectPoolConfig<>();
		large.setMaxTotal(500);
		JedisClientConfiguration application = JedisClientConfiguration.builder()
			.clientName("shop")
			.readTimeout(Duration.ofMinutes(1))
			.customizeClientConfig((config) -> config.socketTimeoutMillis(60_000).database(4))
			.usePooling()
			.poolConfig(large)
			.and()
			.useSsl()
			.build();
		jedis(new JedisConnectionFactory((RedisStandaloneConfiguration) STANDALONE, application), (own) -> {
			JedisClientConfiguration configuration = own.getClientConfiguration();
			assertThat(configuration.isUseSsl()).isTrue();
			assertThat(configuration.getClientName()).contains("shop");
			assertThat(configuration.getReadTimeout()).isEqualTo(PER_COMMAND);
			assertThat(configuration.getConnectTimeout()).isEqualTo(PER_COMMAND);
			assertThat(configuration.getPoolConfig()).hasValueSatisfying((pool) -> {
				assertThat(pool.getMaxTotal()).isEqualTo(9);
				assertThat(pool.getMaxWaitDuration()).isEqualTo(FOR_A_CONNECTION);
			});
			DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder();
			configuration.getClientConfigCustomizer().orElseThrow().customize(config);
			assertThat(config.build().getSocketTimeoutMillis()).isEqualTo(1200);
			assertThat(config.build().getDatabase()).isEqualTo(4);
		});
	}

	@Test
	void jedisIsUsedInTheModeOfTheApplication() {
		JedisConnectionFactory application = new JedisConnectionFactory((RedisStandaloneConfiguration) STANDALONE);
		application.setUseUnifiedJedis(false);
		jedis(application, (own) -> assertThat(own.isUseUnifiedJedis()).isFalse());
	}

	@Test
	void neverHaveNoTimeout() {
		LockConnections connections = new LockConnections(
				() -> new JedisConnectionFactory((RedisStandaloneConfiguration) STANDALONE), Duration.ofMillis(1), 0);
		JedisConnectionFactory own = (JedisConnectionFactory) connections.open();
		assertThat(own.getClientConfiguration().getReadTimeout()).isEqualTo(Duration.ofMillis(1));
		connections.destroy();
	}

	@Test
	void areTheSameEachTime() {
		LockConnections connections = new LockConnections(() -> new LettuceConnectionFactory(STANDALONE), STORE_TIMEOUT,
				0);
		assertThat(connections.open()).isSameAs(connections.open());
		connections.destroy();
	}

	@Test
	void seeThroughProxies() {
		LettuceConnectionFactory application = new LettuceConnectionFactory(STANDALONE);
		ProxyFactory byClass = new ProxyFactory(application);
		byClass.setProxyTargetClass(true);
		ProxyFactory byInterface = new ProxyFactory(RedisConnectionFactory.class,
				(MethodInterceptor) Joinpoint::proceed);
		byInterface.setTarget(byClass.getProxy());
		lettuce((RedisConnectionFactory) byInterface.getProxy(), 0,
				(own) -> assertThat(own.getHostName()).isEqualTo("redis.example.org"));
	}

	@Test
	void areTheApplicationsWhereItsMasterIsNotKnown(CapturedOutput output) {
		usedAsItIs(new LettuceConnectionFactory(new RedisStaticMasterReplicaConfiguration("a", 6379)), output);
	}

	@Test
	void areTheApplicationsWhereTheFactoryIsUnknown(CapturedOutput output) {
		usedAsItIs(mock(RedisConnectionFactory.class), output);
	}

	@Test
	void areTheApplicationsWhereTheTargetOfAProxyChanges(CapturedOutput output) {
		ProxyFactory proxy = new ProxyFactory();
		proxy.setTargetClass(LettuceConnectionFactory.class);
		proxy.setProxyTargetClass(true);
		proxy.setTargetSource(new PrototypeTargetSource() {
			@Override
			public Class<?> getTargetClass() {
				return LettuceConnectionFactory.class;
			}
		});
		usedAsItIs((RedisConnectionFactory) proxy.getProxy(), output);
	}

	private static void usedAsItIs(RedisConnectionFactory application, CapturedOutput output) {
		LockConnections connections = new LockConnections(() -> application, STORE_TIMEOUT, 0);
		assertThat(connections.open()).isSameAs(application);
		assertThat(connections.open()).isSameAs(application);
		assertThat(connections.own()).isEmpty();
		connections.destroy();
		assertThat(output.toString().split("Provider redis has no connections of its own", -1)).hasSize(2);
	}

	@Test
	void needCommonsPoolToWaitForReplicasOnLettuce() throws Exception {
		try (Without classLoader = new Without("org.apache.commons.pool2")) {
			assertThatExceptionOfType(InvocationTargetException.class)
				.isThrownBy(() -> classLoader.open(new LettuceConnectionFactory(STANDALONE), 1))
				.havingCause()
				.isInstanceOfSatisfying(DistributedLockConfigurationException.class,
						(ex) -> assertThat(ex.getAction()).contains("org.apache.commons:commons-pool2"));
		}
	}

	@Test
	void needNoCommonsPoolOtherwise() throws Exception {
		try (Without classLoader = new Without("org.apache.commons.pool2", "redis.clients")) {
			assertThat(classLoader.open(new LettuceConnectionFactory(STANDALONE), 0))
				.isInstanceOf(LettuceConnectionFactory.class);
		}
	}

	@Test
	void needNoLettuceOnJedis() throws Exception {
		try (Without classLoader = new Without("io.lettuce")) {
			assertThat(classLoader.open(new JedisConnectionFactory((RedisStandaloneConfiguration) STANDALONE), 0))
				.isInstanceOf(JedisConnectionFactory.class);
		}
	}

	private static void lettuce(RedisConnectionFactory application, int replicas,
			Consumer<LettuceConnectionFactory> check) {
		LockConnections connections = new LockConnections(() -> application, STORE_TIMEOUT, replicas);
		try {
			check.accept((LettuceConnectionFactory) connections.open());
		}
		finally {
			connections.destroy();
		}
	}

	private static void jedis(RedisConnectionFactory application, Consumer<JedisConnectionFactory> check) {
		LockConnections connections = new LockConnections(() -> application, STORE_TIMEOUT, 0);
		try {
			check.accept((JedisConnectionFactory) connections.open());
		}
		finally {
			connections.destroy();
		}
	}

	/** Loads this package anew, without some packages. */
	private static final class Without extends URLClassLoader {

		private final Set<String> missing;

		Without(String... missing) {
			super(new URL[] { LockConnections.class.getProtectionDomain().getCodeSource().getLocation() },
					LockConnections.class.getClassLoader());
			this.missing = Set.of(missing);
		}

		Object open(RedisConnectionFactory application, int replicas) throws Exception {
			Class<?> type = Class.forName(LockConnections.class.getName(), true, this);
			var constructor = type.getDeclaredConstructor(Supplier.class, Duration.class, int.class);
			constructor.setAccessible(true);
			Supplier<RedisConnectionFactory> supplier = () -> application;
			Object connections = constructor.newInstance(supplier, STORE_TIMEOUT, replicas);
			var open = type.getDeclaredMethod("open");
			open.setAccessible(true);
			try {
				return open.invoke(connections);
			}
			finally {
				var destroy = type.getDeclaredMethod("destroy");
				destroy.setAccessible(true);
				destroy.invoke(connections);
			}
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (this.missing.stream().anyMatch(name::startsWith)) {
				throw new ClassNotFoundException(name);
			}
			return name.startsWith(LockConnections.class.getPackageName()) ? findClass(name)
					: super.loadClass(name, resolve);
		}

	}

}
