package io.distributedlock.autoconfigure.redis;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.DistributedLockConfigurationException;
import io.distributedlock.autoconfigure.MemoryLockAutoConfiguration;
import io.distributedlock.autoconfigure.jdbc.JdbcLockAutoConfiguration;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.redis.RedisLockStore;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.LockStore;
import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.RedisStaticMasterReplicaConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.types.RedisClientInfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class RedisLockAutoConfigurationTests {

	private static final TestRedis server = new TestRedis();

	private final String key = "order:" + UUID.randomUUID();

	private final LockRequest order = LockRequest.of(this.key);

	private final ApplicationContextRunner withoutFactory = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
				MemoryLockAutoConfiguration.class, JdbcLockAutoConfiguration.class, RedisLockAutoConfiguration.class))
		.withPropertyValues(server.property());

	private final ApplicationContextRunner runner = this.withoutFactory
		.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class));

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void isFoundBySpringBoot() {
		assertThat(ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader()).getCandidates())
			.contains(RedisLockAutoConfiguration.class.getName());
	}

	@ParameterizedTest
	@ValueSource(strings = { "lettuce", "jedis" })
	void locksOnTheServerOfTheConnectionFactory(String client) {
		this.runner.withPropertyValues("spring.data.redis.client-type=" + client).run((context) -> {
			try (Lease lease = context.getBean(DistributedLocks.class).acquire(this.order)) {
				assertThat(lease.provider()).isEqualTo("redis");
				assertThat(isLock(context, "distributed-lock:" + this.key)).isTrue();
			}
		});
	}

	@ParameterizedTest
	@CsvSource({ "lettuce,lettuce", "lettuce,jedis" })
	void excludesOtherNodesOnTheSameServer(String here, String there) {
		this.runner.withPropertyValues("spring.data.redis.client-type=" + here)
			.run((one) -> this.runner.withPropertyValues("spring.data.redis.client-type=" + there).run((other) -> {
				DistributedLocks locks = other.getBean(DistributedLocks.class);
				try (Lease lease = one.getBean(DistributedLocks.class).acquire(this.order)) {
					assertThat(locks.tryAcquire(this.order)).isEmpty();
					assertThat(locks.find(this.key))
						.hasValueSatisfying((info) -> assertThat(info.fencingToken()).isEqualTo(lease.fencingToken()));
				}
				assertThat(locks.tryAcquire(this.order)).isPresent();
			}));
	}

	@Test
	void doesNotExcludeApplicationsOfAnotherNamespace() {
		this.runner.withPropertyValues("distributed-lock.redis.namespace=shop:locks:")
			.run((one) -> this.runner.run((other) -> {
				one.getBean(DistributedLocks.class).acquire(this.order);
				assertThat(other.getBean(DistributedLocks.class).tryAcquire(this.order)).isPresent();
				assertThat(keysOf(one)).contains("shop:locks:" + this.key, "distributed-lock:" + this.key);
			}));
	}

	@Test
	void tellsTheServerAtStartup(CapturedOutput output) {
		this.runner.run((context) -> assertThat(output)
			.contains("provider redis (localhost:%d, keys distributed-lock:*), node".formatted(server.port())));
	}

	@Test
	void choosesNoneIfADatabaseIsThereToo() {
		this.runner.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID())
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageEndingWith("none is chosen. Found: 'jdbc', 'redis'."));
	}

	@Test
	void doesNotConnectIfAnotherProviderIsChosen() {
		this.runner.withPropertyValues("distributed-lock.provider=memory").run((context) -> {
			assertThat(context).hasBean("redisLockProvider");
			assertThat(context.getBean(LockConnections.class).own()).isEmpty();
		});
	}

	@Test
	void isNoCandidateWithoutAConnectionFactory() {
		this.withoutFactory.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.isInstanceOf(DistributedLockConfigurationException.class)
			.hasMessageStartingWith("There is no provider of distributed locks."));
	}

	@ParameterizedTest
	@ValueSource(classes = { RedisLockStore.class, RedisConnectionFactory.class })
	void isNoCandidateWithoutItsClasses(Class<?> type) {
		this.withoutFactory.withPropertyValues("distributed-lock.provider=memory")
			.withClassLoader(new FilteredClassLoader(type))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("memoryLockProvider")
				.doesNotHaveBean("redisLockProvider")
				.doesNotHaveBean("redisLockConnections"));
	}

	@Test
	void backsOffWhenUserDeclaresTheProvider() {
		this.runner
			.withBean("redisLockProvider", LockProvider.class,
					() -> new LockProvider("redis", () -> new MemoryLockStore(TimeSource.system())))
			.run((context) -> {
				assertThat(context.getBean(DistributedLocks.class).acquire(this.order).provider()).isEqualTo("redis");
				assertThat(keysOf(context)).doesNotContain("distributed-lock:" + this.key);
			});
	}

	@ParameterizedTest
	@CsvSource({ "namespace,' '", "replicas,-1", "retention,0s", "retention,999ms", "retention,30", "retention,366d" })
	void refusesAValueThatCannotBeMeant(String property, String value) {
		this.runner.withPropertyValues("distributed-lock.redis." + property + "=" + value)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
						(ex) -> assertThat(ex.getName()).isEqualTo("distributed-lock.redis." + property)));
	}

	@Test
	void addsNoConnectionFactoryBean() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(RedisConnectionFactory.class));
	}

	@Test
	void usesTheNamedOneOfSeveralConnectionFactories() {
		this.withoutFactory.withUserConfiguration(TwoConnectionFactories.class)
			.withPropertyValues("distributed-lock.redis.connection-factory-bean-name=lockRedis")
			.run((context) -> {
				context.getBean(DistributedLocks.class).acquire(this.order);
				assertThat(keysOf(context.getBean("lockRedis", RedisConnectionFactory.class)))
					.contains("distributed-lock:" + this.key);
				assertThat(keysOf(context.getBean("orderRedis", RedisConnectionFactory.class)))
					.doesNotContain("distributed-lock:" + this.key);
			});
	}

	@Test
	void asksWhichOfSeveralConnectionFactoriesToUse() {
		this.withoutFactory.withUserConfiguration(TwoConnectionFactories.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(DistributedLockConfigurationException.class, (ex) -> {
					assertThat(ex).hasMessageEndingWith("Found: 'orderRedis', 'lockRedis'.");
					assertThat(ex.getAction())
						.contains("    distributed-lock.redis.connection-factory-bean-name=orderRedis")
						.contains("    distributed-lock.redis.connection-factory-bean-name=lockRedis");
				}));
	}

	@Test
	void doesNotAskIfAnotherProviderIsChosen() {
		this.withoutFactory.withUserConfiguration(TwoConnectionFactories.class)
			.withPropertyValues("distributed-lock.provider=memory")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void refusesTheNameOfAConnectionFactoryThatIsNotThere() {
		this.runner.withPropertyValues("distributed-lock.redis.connection-factory-bean-name=lockRdis")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(DistributedLockConfigurationException.class)
				.hasMessageContaining(
						"is 'lockRdis', and there is no RedisConnectionFactory bean of that name. Found: 'redisConnectionFactory'."));
	}

	@ParameterizedTest
	@ValueSource(strings = { "lettuce", "jedis" })
	void locksInTheDatabaseOfTheApplication(String client) {
		this.runner.withPropertyValues("spring.data.redis.client-type=" + client, "spring.data.redis.database=3")
			.run((context) -> {
				context.getBean(DistributedLocks.class).acquire(this.order);
				assertThat(keysOf(context)).contains("distributed-lock:" + this.key);
				this.runner.withPropertyValues("distributed-lock.provider=memory")
					.run((other) -> assertThat(keysOf(other)).doesNotContain("distributed-lock:" + this.key));
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "lettuce", "jedis" })
	void keepsTheNameOfTheClient(String client) {
		String name = "shop-" + UUID.randomUUID();
		this.runner
			.withPropertyValues("spring.data.redis.client-type=" + client, "spring.data.redis.client-name=" + name,
					"distributed-lock.provider=memory")
			.run((context) -> {
				assertThat(connectionsCalled(name, context)).hasSize(1);
				LockProvider provider = context.getBean("redisLockProvider", LockProvider.class);
				try (LockStore store = provider.store().get()) {
					assertThat(store.tryAcquire(new AcquireCommand(this.key, "owner", "node", Duration.ofSeconds(30))))
						.isInstanceOf(AcquireResult.Granted.class);
					assertThat(connectionsCalled(name, context)).hasSize(2);
				}
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "lettuce", "jedis" })
	void connectsAsTheUserOfTheApplication(String client) {
		try (TestRedis secured = new TestRedis("user default off", "user shop on >secret ~* &* +@all")) {
			this.runner
				.withPropertyValues("spring.data.redis.client-type=" + client, secured.property(),
						"spring.data.redis.username=shop", "spring.data.redis.password=secret")
				.run((context) -> assertThat(context.getBean(DistributedLocks.class).tryAcquire(this.order))
					.isPresent());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "lettuce", "jedis" })
	void takesTurnsWithWaitingNodes(String client) {
		this.runner.withPropertyValues("spring.data.redis.client-type=" + client)
			.run((one) -> this.runner.withPropertyValues("spring.data.redis.client-type=" + client).run((other) -> {
				Lease lease = one.getBean(DistributedLocks.class).acquire(this.order);
				var waiting = other.getBean(DistributedLocks.class)
					.acquireAsync(this.order.withWaitTime(Duration.ofSeconds(30)))
					.toCompletableFuture();
				lease.close();
				assertThat(waiting.get(30, TimeUnit.SECONDS).fencingToken()).isGreaterThan(lease.fencingToken());
			}));
	}

	@ParameterizedTest
	@ValueSource(strings = { "lettuce", "jedis" })
	void countsAnAcquisitionOnlyIfReplicasHaveIt(String client) {
		try (TestRedis master = new TestRedis();
				TestRedis replica = new TestRedis("replicaof localhost " + master.port())) {
			this.runner
				.withPropertyValues("spring.data.redis.client-type=" + client, master.property(),
						"distributed-lock.redis.replicas=1", "distributed-lock.store-timeout=2s")
				.run((context) -> {
					DistributedLocks locks = context.getBean(DistributedLocks.class);
					awaitReplica(locks);
					locks.run(this.order, () -> assertThat(locks.find(this.key)).isPresent());
					replica.stop();
					assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> locks.tryAcquire(this.order));
				});
		}
	}

	private static void awaitReplica(DistributedLocks locks) {
		long start = System.nanoTime();
		while (true) {
			try {
				locks.run(LockRequest.of("replica"), () -> {
				});
				return;
			}
			catch (LockStoreException | LockNotAcquiredException ex) {
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
			}
		}
	}

	@Test
	void refusesToWaitForReplicasOnConnectionsThatCannot() {
		this.withoutFactory
			.withBean(LettuceConnectionFactory.class,
					() -> new LettuceConnectionFactory(
							new RedisStaticMasterReplicaConfiguration("localhost", server.port())))
			.withPropertyValues("distributed-lock.redis.replicas=1")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
						(ex) -> assertThat(ex.getName()).isEqualTo("distributed-lock.redis.replicas")));
	}

	private static Set<String> keysOf(ApplicationContext context) {
		return keysOf(context.getBean(RedisConnectionFactory.class));
	}

	private static Set<String> keysOf(RedisConnectionFactory factory) {
		return Objects.requireNonNull(new StringRedisTemplate(factory).keys("*"));
	}

	private static boolean isLock(ApplicationContext context, String name) {
		return Boolean.TRUE.equals(context.getBean(StringRedisTemplate.class).opsForHash().hasKey(name, "owner"));
	}

	private static List<RedisClientInfo> connectionsCalled(String name, ApplicationContext context) {
		RedisCallback<List<RedisClientInfo>> list = (connection) -> connection.serverCommands().getClientList();
		return Objects.requireNonNull(context.getBean(StringRedisTemplate.class).execute(list))
			.stream()
			.filter((client) -> name.equals(client.getName()))
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoConnectionFactories {

		@Bean
		LettuceConnectionFactory orderRedis() {
			return inDatabase(1);
		}

		@Bean
		LettuceConnectionFactory lockRedis() {
			return inDatabase(2);
		}

		private static LettuceConnectionFactory inDatabase(int database) {
			RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration("localhost", server.port());
			configuration.setDatabase(database);
			return new LettuceConnectionFactory(configuration);
		}

	}

}
