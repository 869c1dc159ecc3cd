package io.distributedlock.autoconfigure.fencing;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LockAttempt;
import io.distributedlock.LockListener;
import io.distributedlock.LockRequest;
import io.distributedlock.StaleFencingTokenException;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.DistributedLockConfigurationException;
import io.distributedlock.autoconfigure.LockAnnotationAutoConfiguration;
import io.distributedlock.autoconfigure.MemoryLockAutoConfiguration;
import io.distributedlock.autoconfigure.metrics.LockMetersAutoConfiguration;
import io.distributedlock.fencing.Fenced;
import io.distributedlock.fencing.FencingGuard;
import io.distributedlock.fencing.FencingRejections;
import io.distributedlock.fencing.RedisFencedValues;
import io.distributedlock.metrics.LockMeters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.h2.Driver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(120)
class FencingAutoConfigurationTests {

	private static final long NOW = System.currentTimeMillis() * 1000;

	private final ApplicationContextRunner withoutDataSource = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
				LockAnnotationAutoConfiguration.class, MemoryLockAutoConfiguration.class,
				FencingAutoConfiguration.class, LockMetersAutoConfiguration.class, TransactionAutoConfiguration.class))
		.withPropertyValues("distributed-lock.provider=memory");

	private final ApplicationContextRunner runner = this.withoutDataSource
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class))
		.withPropertyValues("spring.datasource.url=" + url());

	@Test
	void isFoundBySpringBoot() {
		assertThat(ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader()).getCandidates())
			.contains(FencingAutoConfiguration.class.getName(), LockMetersAutoConfiguration.class.getName());
	}

	@Test
	void guardsTheDatabaseWhereverTheLocksAre() {
		this.runner.run((context) -> {
			FencingGuard guard = context.getBean(FencingGuard.class);
			guard.check("order", NOW);
			assertThatExceptionOfType(StaleFencingTokenException.class).isThrownBy(() -> guard.check("order", NOW - 1));
			assertThat(resources(context, "distributed_lock_fence")).isEqualTo(1);
		});
	}

	@Test
	void theTableHasTheNameThatIsConfigured() {
		this.runner.withPropertyValues("distributed-lock.fencing.table-name=my_fence").run((context) -> {
			context.getBean(FencingGuard.class).check("order", NOW);
			assertThat(resources(context, "my_fence")).isEqualTo(1);
		});
	}

	@Test
	void theRetentionIsTheOneThatIsConfigured() {
		this.runner.withPropertyValues("distributed-lock.fencing.retention=1h").run((context) -> {
			FencingGuard guard = context.getBean(FencingGuard.class);
			assertThatExceptionOfType(StaleFencingTokenException.class)
				.isThrownBy(() -> guard.check("order", NOW - micros(Duration.ofHours(2))));
		});
	}

	@Test
	void aMissingTableIsToldAtTheFirstCheck() {
		this.runner.withPropertyValues("distributed-lock.fencing.initialize-schema=never").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThatExceptionOfType(InvalidDataAccessResourceUsageException.class)
				.isThrownBy(() -> context.getBean(FencingGuard.class).check("order", NOW))
				.withMessageContaining("classpath:io/distributedlock/fencing/schema-h2.sql")
				.withMessageContaining("distributed-lock.fencing.initialize-schema=always");
		});
	}

	@Test
	void aDatabaseIsNotConnectedToBeforeTheFirstCheck() {
		this.withoutDataSource.withUserConfiguration(CountedDataSource.class, Account.class)
			.withPropertyValues("distributed-lock.fencing.initialize-schema=never")
			.run((context) -> {
				CountingDataSource dataSource = context.getBean(CountingDataSource.class);
				context.getBean(FencingGuard.class);
				assertThat(dataSource.connections).hasValue(0);
			});
	}

	@Test
	void backsOffForAGuardOfTheApplication() {
		this.runner.withUserConfiguration(OwnGuard.class).run((context) -> {
			assertThat(context).hasSingleBean(FencingGuard.class).hasBean("ownGuard");
			assertThat(context).doesNotHaveBean(FenceSchemaInitializer.class);
		});
	}

	@Test
	void fencedMethodsAskTheGuardOfTheApplication() {
		this.withoutDataSource.withUserConfiguration(OwnGuard.class, Plain.class).run((context) -> {
			context.getBean(DistributedLocks.class)
				.run(LockRequest.of("order:1"), () -> context.getBean(Plain.class).write(1));
			assertThat(context.getBean(RecordingGuard.class).checked).isEqualTo("order:1");
		});
	}

	@Test
	void withoutADataSourceThereIsNoGuard() {
		this.withoutDataSource.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(FencingGuard.class));
	}

	@Test
	void withoutADataSourceFencedMethodsAreRefusedAtStartup() {
		this.withoutDataSource.withUserConfiguration(Plain.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidLockAnnotationException.class)
				.hasMessage("@Fenced on %s.write(long): needs a FencingGuard, and there is none. "
					.formatted(Plain.class.getName())
						+ "Add a DataSource (spring-boot-starter-jdbc, a driver and spring.datasource.url), or a bean of type FencingGuard"));
	}

	@ParameterizedTest
	@ValueSource(classes = { JdbcOperations.class, DataSourceScriptDatabaseInitializer.class })
	void isNotNeededOnTheClasspath(Class<?> type) {
		this.withoutDataSource.withClassLoader(new FilteredClassLoader(type))
			.withBean(DataSource.class, FencingAutoConfigurationTests::dataSource)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(FencingGuard.class));
	}

	@Test
	void redisAndMicrometerAreNotNeededOnTheClasspath() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.data.redis", "io.micrometer.core"))
			.run((context) -> {
				assertThat(context).hasSingleBean(FencingGuard.class)
					.doesNotHaveBean(RedisFencedValues.class)
					.doesNotHaveBean("distributedLockMeters");
				context.getBean(FencingGuard.class).check("order", NOW);
			});
	}

	@Test
	void transactionsAreNotNeededOnTheClasspath() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DistributedLockAutoConfiguration.class, LockAnnotationAutoConfiguration.class,
							MemoryLockAutoConfiguration.class, FencingAutoConfiguration.class))
			.withPropertyValues("distributed-lock.provider=memory")
			.withClassLoader(new FilteredClassLoader("org.springframework.transaction", "org.springframework.jdbc"))
			.withUserConfiguration(OwnGuard.class, Plain.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void severalDataSourcesAreNoMatterWithoutFencing() {
		this.withoutDataSource.withUserConfiguration(TwoDataSources.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void withSeveralDataSourcesAUserOfTheGuardHasToNameOne() {
		this.withoutDataSource.withUserConfiguration(TwoDataSources.class, Account.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(DistributedLockConfigurationException.class,
						(failure) -> assertThat(failure.getAction())
							.contains("distributed-lock.fencing.data-source-bean-name=shop")
							.contains("distributed-lock.fencing.data-source-bean-name=bank")));
	}

	@Test
	void theDataSourceIsTheOneThatIsNamed() {
		this.withoutDataSource.withUserConfiguration(TwoDataSources.class)
			.withPropertyValues("distributed-lock.fencing.data-source-bean-name=bank")
			.run((context) -> {
				context.getBean(FencingGuard.class).check("order", NOW);
				JdbcTemplate bank = new JdbcTemplate(context.getBean("bank", DataSource.class));
				assertThat(bank.queryForObject("select count(*) from distributed_lock_fence", Long.class)).isEqualTo(1);
			});
	}

	@Test
	void aRetentionWithoutAUnitIsRefused() {
		this.runner.withPropertyValues("distributed-lock.fencing.retention=7")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining("distributed-lock.fencing.retention")
				.hasMessageContaining("It has no unit."));
	}

	@Test
	void aTableNameThatIsNoIdentifierIsRefused() {
		this.runner.withPropertyValues("distributed-lock.fencing.table-name=fence;drop")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageStartingWith("Fence table name 'fence;drop' is not allowed"));
	}

	@Test
	void lockTransactionAndCheckNestInThisOrder() {
		this.runner.withUserConfiguration(Account.class).run((context) -> {
			Account account = context.getBean(Account.class);
			account.credit(42);
			assertThat(account.credited()).isEqualTo(42);
			assertThat(resources(context, "distributed_lock_fence")).isEqualTo(1);
		});
	}

	@Test
	void aRollbackTakesTheCheckBack() {
		this.runner.withUserConfiguration(Account.class).run((context) -> {
			assertThatExceptionOfType(IllegalArgumentException.class)
				.isThrownBy(() -> context.getBean(Account.class).credit(-1));
			assertThat(resources(context, "distributed_lock_fence")).isZero();
		});
	}

	@Test
	void rejectionsAreToldToListenersAndCounted() {
		this.runner.withUserConfiguration(Listening.class).run((context) -> {
			FencingGuard guard = context.getBean(FencingGuard.class);
			DistributedLocks locks = context.getBean(DistributedLocks.class);
			guard.check("order", NOW * 2);
			assertThatExceptionOfType(StaleFencingTokenException.class)
				.isThrownBy(() -> locks.run(LockRequest.of("order:1").withName("orders"), () -> guard.check("order")));
			assertThat(context.getBean(Listening.class).rejected).isEqualTo("order:1");
			assertThat(context.getBean(MeterRegistry.class)
				.get("distributed.lock.fencing.rejections")
				.tags("lock", "orders", "provider", "memory")
				.counter()
				.count()).isEqualTo(1);
		});
	}

	@Test
	void withoutARegistryThereAreNoMeters() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(LockMeters.class));
	}

	@Test
	void fencedValuesComeWithRedis() {
		this.withoutDataSource.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class))
			.run((context) -> assertThat(context).hasSingleBean(RedisFencedValues.class));
	}

	@Test
	void fencedValuesBackOff() {
		this.withoutDataSource.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class))
			.withUserConfiguration(OwnValues.class)
			.run((context) -> assertThat(context).hasSingleBean(RedisFencedValues.class).hasBean("ownValues"));
	}

	private static String url() {
		return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
	}

	/** With its driver: the one that is registered may belong to another class loader. */
	private static DataSource dataSource() {
		return new SimpleDriverDataSource(new Driver(), url());
	}

	private static long micros(Duration duration) {
		return duration.toMillis() * 1000;
	}

	private static long resources(ApplicationContext context, String table) {
		Long count = new JdbcTemplate(context.getBean(DataSource.class)).queryForObject("select count(*) from " + table,
				Long.class);
		return (count != null) ? count : -1;
	}

	static class Account {

		private long credited;

		Account(FencingGuard guard) {
			assertThat(guard).isNotNull();
		}

		public long credited() {
			return this.credited;
		}

		@DistributedLock(key = "account:#{#id}")
		@Fenced(resource = "account:#{#id}")
		@Transactional
		public void credit(long id) {
			assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isTrue();
			if (id < 0) {
				throw new IllegalArgumentException("mine");
			}
			this.credited = id;
		}

	}

	public static class Plain {

		@Fenced(resource = "order:#{#id}")
		public void write(long id) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnGuard {

		@Bean
		RecordingGuard ownGuard() {
			return new RecordingGuard();
		}

	}

	static class RecordingGuard implements FencingGuard {

		private @Nullable String checked;

		@Override
		public void check(String resource, long fencingToken) {
			this.checked = resource;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnValues {

		@Bean
		RedisFencedValues ownValues(StringRedisTemplate redis, FencingRejections rejections) {
			return new RedisFencedValues(redis, rejections);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Listening implements LockListener {

		private @Nullable String rejected;

		@Bean
		SimpleMeterRegistry registry() {
			return new SimpleMeterRegistry();
		}

		@Override
		public void fencingRejected(StaleFencingTokenException rejection, @Nullable LockAttempt attempt) {
			this.rejected = (attempt != null) ? attempt.key() : null;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoDataSources {

		@Bean
		DataSource shop() {
			return dataSource();
		}

		@Bean
		DataSource bank() {
			return dataSource();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CountedDataSource {

		@Bean
		CountingDataSource counted() {
			return new CountingDataSource();
		}

	}

	static class CountingDataSource extends DelegatingDataSource {

		private final AtomicInteger connections = new AtomicInteger();

		CountingDataSource() {
			super(FencingAutoConfigurationTests.dataSource());
		}

		@Override
		public Connection getConnection() throws SQLException {
			this.connections.incrementAndGet();
			return super.getConnection();
		}

	}

}
