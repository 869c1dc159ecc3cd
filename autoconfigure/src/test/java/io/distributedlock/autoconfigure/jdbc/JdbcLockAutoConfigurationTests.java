package io.distributedlock.autoconfigure.jdbc;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.DistributedLockConfigurationException;
import io.distributedlock.autoconfigure.MemoryLockAutoConfiguration;
import io.distributedlock.jdbc.JdbcLockStore;
import io.distributedlock.jdbc.MissingLockTableException;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.LockProvider;
import io.distributedlock.time.TimeSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class JdbcLockAutoConfigurationTests {

	private static final LockRequest ORDER = LockRequest.of("order:42");

	private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

	private final ApplicationContextRunner withoutDataSource = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
				MemoryLockAutoConfiguration.class, JdbcLockAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.withoutDataSource
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
		.withPropertyValues("spring.datasource.url=" + this.url);

	@Test
	void isFoundBySpringBoot() {
		assertThat(ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader()).getCandidates())
			.contains(JdbcLockAutoConfiguration.class.getName());
	}

	@Test
	void locksInTheDatabaseOfTheDataSource() {
		this.runner.run((context) -> {
			try (Lease lease = context.getBean(DistributedLocks.class).acquire(ORDER)) {
				assertThat(lease.provider()).isEqualTo("jdbc");
				assertThat(keysIn(context.getBean(DataSource.class), "distributed_lock")).containsExactly("order:42");
			}
		});
	}

	@Test
	void excludesOtherNodesOnTheSameDatabase() {
		this.runner.run((one) -> this.runner.run((other) -> {
			DistributedLocks there = other.getBean(DistributedLocks.class);
			try (Lease lease = one.getBean(DistributedLocks.class).acquire(ORDER)) {
				assertThat(there.tryAcquire(ORDER)).isEmpty();
				assertThat(there.find("order:42"))
					.hasValueSatisfying((info) -> assertThat(info.fencingToken()).isEqualTo(lease.fencingToken()));
			}
			assertThat(there.tryAcquire(ORDER)).isPresent();
		}));
	}

	@Test
	void doesNotExcludeApplicationsOfAnotherName() {
		this.runner.withPropertyValues("spring.application.name=shop")
			.run((one) -> this.runner.withPropertyValues("spring.application.name=bank").run((other) -> {
				one.getBean(DistributedLocks.class).acquire(ORDER);
				assertThat(other.getBean(DistributedLocks.class).tryAcquire(ORDER)).isPresent();
				assertThat(keysIn(one.getBean(DataSource.class), "distributed_lock"))
					.containsExactlyInAnyOrder("shop:order:42", "bank:order:42");
			}));
	}

	@Test
	void tellsTheTableAtStartup(CapturedOutput output) {
		this.runner.withPropertyValues("distributed-lock.jdbc.table-name=my_locks")
			.run((context) -> assertThat(output).contains("provider jdbc (table my_locks), node"));
	}

	@Test
	void isNoCandidateWithoutADataSource() {
		this.withoutDataSource.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.isInstanceOf(DistributedLockConfigurationException.class)
			.hasMessageStartingWith("There is no provider of distributed locks."));
	}

	@Test
	void isNoCandidateWithoutTheStoreOnTheClasspath() {
		isNoCandidateWithout(JdbcLockStore.class);
	}

	@Test
	void isNoCandidateWithoutSpringJdbcOnTheClasspath() {
		isNoCandidateWithout(JdbcOperations.class);
	}

	@Test
	void isNoCandidateWithoutSpringBootJdbcOnTheClasspath() {
		isNoCandidateWithout(DataSourceScriptDatabaseInitializer.class);
	}

	private void isNoCandidateWithout(Class<?> type) {
		this.withoutDataSource.withBean(DataSource.class, () -> new DriverManagerDataSource(this.url))
			.withPropertyValues("distributed-lock.provider=memory")
			.withClassLoader(new FilteredClassLoader(type))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("memoryLockProvider")
				.doesNotHaveBean("jdbcLockProvider")
				.doesNotHaveBean(LockConnections.class));
	}

	@Test
	void backsOffWhenUserDeclaresTheProvider() {
		this.runner
			.withBean("jdbcLockProvider", LockProvider.class,
					() -> new LockProvider("jdbc", () -> new MemoryLockStore(TimeSource.system())))
			.run((context) -> {
				assertThat(context.getBean(DistributedLocks.class).acquire(ORDER).provider()).isEqualTo("jdbc");
				assertThat(keysIn(context.getBean(DataSource.class), "distributed_lock")).isEmpty();
			});
	}

	@Test
	void backsOffWhenUserDeclaresTheSchemaInitializer() {
		this.runner.withBean("jdbcLockSchemaInitializer", Object.class, Object::new)
			.withPropertyValues("distributed-lock.provider=memory")
			.run((context) -> assertThat(tablesIn(context.getBean(DataSource.class))).isEmpty());
	}

	@Test
	void createsTheTableUnderItsConfiguredName() {
		this.runner.withPropertyValues("distributed-lock.jdbc.table-name=my_locks").run((context) -> {
			context.getBean(DistributedLocks.class).acquire(ORDER);
			assertThat(keysIn(context.getBean(DataSource.class), "my_locks")).containsExactly("order:42");
			assertThat(tablesIn(context.getBean(DataSource.class))).containsExactly("MY_LOCKS");
		});
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "locks; drop table users", "my locks", "\"locks\"", "locks'", "locks--", "locks/**/", "`l`" })
	void refusesATableNameThatIsNoneWhoeverCreatesTheTable(String name) {
		for (String mode : List.of("always", "never")) {
			this.runner
				.withPropertyValues("distributed-lock.jdbc.table-name=" + name,
						"distributed-lock.jdbc.initialize-schema=" + mode)
				.run((context) -> assertThat(context).getFailure()
					.rootCause()
					.hasMessageContaining("'" + name + "' is not allowed"));
		}
	}

	@Test
	void createsNoTableIfToldSoAndMissesItAtStartup() {
		this.runner.withPropertyValues("distributed-lock.jdbc.initialize-schema=never")
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(MissingLockTableException.class.getName()));
	}

	@Test
	void createsNoTableInADatabaseThatIsNotEmbedded() {
		this.runner.withPropertyValues("spring.datasource.url=jdbc:h2:./target/tmp/" + UUID.randomUUID())
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(MissingLockTableException.class.getName()));
	}

	@Test
	void createsTheTableInAnyDatabaseIfToldSo() {
		this.runner
			.withPropertyValues("spring.datasource.url=jdbc:h2:./target/tmp/" + UUID.randomUUID(),
					"distributed-lock.jdbc.initialize-schema=always")
			.run((context) -> assertThat(context.getBean(DistributedLocks.class).tryAcquire(ORDER)).isPresent());
	}

	@Test
	void usesATableThatAMigrationCreates() {
		this.runner.withUserConfiguration(Migration.class)
			.withPropertyValues("distributed-lock.jdbc.initialize-schema=never")
			.run((context) -> assertThat(context.getBean(DistributedLocks.class).tryAcquire(ORDER)).isPresent());
	}

	@Test
	void waitsForTheMigrationWhereALockIsTakenWhileBeansAreCreated() {
		this.runner.withUserConfiguration(LockedStart.class, Migration.class)
			.withPropertyValues("distributed-lock.jdbc.initialize-schema=never")
			.run((context) -> assertThat(context.getBean("tokenOfStart", Long.class)).isPositive());
	}

	@Test
	void leavesADatabaseAloneThatItHasNoScriptFor() {
		this.runner.withPropertyValues("distributed-lock.provider=memory", "distributed-lock.jdbc.platform=unheard-of")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(tablesIn(context.getBean(DataSource.class))).isEmpty();
			});
	}

	@Test
	void isNotHeldUpByCallersWhoHoldEveryConnectionOfTheApplication() {
		this.runner.withPropertyValues("spring.datasource.hikari.maximum-pool-size=1").run((context) -> {
			DistributedLocks locks = context.getBean(DistributedLocks.class);
			try (Connection caller = context.getBean(DataSource.class).getConnection();
					Lease lease = locks.acquire(ORDER)) {
				assertThat(caller.isValid(1)).isTrue();
				assertThat(lease.isHeld()).isTrue();
			}
		});
	}

	@Test
	void hasItsOwnConnectionsBehindALazyProxyToo() {
		this.withoutDataSource.withBean(DataSource.class, () -> new LazyConnectionDataSourceProxy(hikari()))
			.run((context) -> {
				assertThat(ownPool(context).isRunning()).isTrue();
			});
	}

	@Test
	void staysWithTheTargetThatARoutingDataSourceChoosesAtStartup() {
		AtomicReference<String> tenant = new AtomicReference<>("first");
		try (HikariDataSource first = hikari()) {
			AbstractRoutingDataSource routing = new AbstractRoutingDataSource() {
				@Override
				protected @Nullable Object determineCurrentLookupKey() {
					return tenant.get();
				}
			};
			routing.setTargetDataSources(Map.of("first", first, "other", new DriverManagerDataSource("jdbc:h2:mem:")));
			this.withoutDataSource.withBean(DataSource.class, () -> routing).run((context) -> {
				assertThat(ownPool(context).getJdbcUrl()).startsWith(this.url);
				tenant.set("other");
				assertThat(context.getBean(DistributedLocks.class).tryAcquire(ORDER)).isPresent();
				assertThat(keysIn(first, "distributed_lock")).containsExactly("order:42");
			});
		}
	}

	@Test
	void closesItsOwnConnectionsWithTheContextAndOnlyThose() {
		try (HikariDataSource application = hikari()) {
			List<HikariDataSource> own = new ArrayList<>();
			this.withoutDataSource
				.withBean("application", DataSource.class, () -> application, (bean) -> bean.setDestroyMethodName(""))
				.run((context) -> own.add(ownPool(context)));
			assertThat(own).singleElement().satisfies((pool) -> assertThat(pool.isClosed()).isTrue());
			assertThat(application.isClosed()).isFalse();
		}
	}

	@Test
	void keepsItsConnectionsWhenTheStoreIsCreatedAnewAfterAFailure() {
		this.runner
			.withPropertyValues("distributed-lock.provider=memory", "distributed-lock.jdbc.initialize-schema=never")
			.run((context) -> {
				LockProvider provider = context.getBean("jdbcLockProvider", LockProvider.class);
				assertThatExceptionOfType(MissingLockTableException.class).isThrownBy(() -> provider.store().get());
				HikariDataSource first = ownPool(context);
				new JdbcTemplate(context.getBean(DataSource.class))
					.execute("RUNSCRIPT FROM 'classpath:io/distributedlock/jdbc/schema-h2.sql'");
				assertThat(provider.store().get()).hasToString("table distributed_lock");
				assertThat(ownPool(context)).isSameAs(first);
				context.close();
				assertThat(first.isClosed()).isTrue();
			});
	}

	@Test
	void addsNoDataSourceBean() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(DataSource.class));
	}

	@Test
	void usesADataSourceOfAnotherKindAsItIs() {
		this.withoutDataSource.withBean(DataSource.class, () -> new DriverManagerDataSource(this.url))
			.run((context) -> {
				assertThat(context.getBean(DistributedLocks.class).tryAcquire(ORDER)).isPresent();
				assertThat(context.getBean(LockConnections.class).own()).isEmpty();
			});
	}

	@Test
	void hasAsManyConnectionsAsConfigured() {
		this.runner.withPropertyValues("distributed-lock.jdbc.pool-size=2", "distributed-lock.store-timeout=3s")
			.run((context) -> {
				assertThat(ownPool(context).getMaximumPoolSize()).isEqualTo(2);
				assertThat(ownPool(context).getConnectionTimeout()).isEqualTo(1500);
			});
	}

	@Test
	void refusesAPoolWithoutConnections() {
		this.runner.withPropertyValues("distributed-lock.jdbc.pool-size=0")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining("distributed-lock.jdbc.pool-size"));
	}

	@Test
	void usesTheNamedOneOfSeveralDataSources() {
		this.withoutDataSource.withUserConfiguration(TwoDataSources.class)
			.withPropertyValues("distributed-lock.jdbc.data-source-bean-name=lockDatabase")
			.run((context) -> {
				context.getBean(DistributedLocks.class).acquire(ORDER);
				assertThat(keysIn(context.getBean("lockDatabase", DataSource.class), "distributed_lock"))
					.containsExactly("order:42");
				assertThat(tablesIn(context.getBean("orderDatabase", DataSource.class))).isEmpty();
			});
	}

	@Test
	void asksWhichOfSeveralDataSourcesToUse() {
		this.withoutDataSource.withUserConfiguration(TwoDataSources.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(DistributedLockConfigurationException.class, (ex) -> {
					assertThat(ex).hasMessageEndingWith("Found: 'orderDatabase', 'lockDatabase'.");
					assertThat(ex.getAction()).contains("    distributed-lock.jdbc.data-source-bean-name=orderDatabase")
						.contains("    distributed-lock.jdbc.data-source-bean-name=lockDatabase");
				}));
	}

	@Test
	void doesNotAskIfAnotherProviderIsChosen() {
		this.withoutDataSource.withUserConfiguration(TwoDataSources.class)
			.withPropertyValues("distributed-lock.provider=memory")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void refusesTheNameOfADataSourceThatIsNotThere() {
		this.runner.withPropertyValues("distributed-lock.jdbc.data-source-bean-name=lockDatabse")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(DistributedLockConfigurationException.class)
				.hasMessageContaining(
						"is 'lockDatabse', and there is no DataSource bean of that name. Found: 'dataSource'."));
	}

	private static HikariDataSource ownPool(ApplicationContext context) {
		return (HikariDataSource) context.getBean(LockConnections.class).own().orElseThrow();
	}

	private HikariDataSource hikari() {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl(this.url);
		return dataSource;
	}

	private static List<String> keysIn(DataSource dataSource, String table) {
		return new JdbcTemplate(dataSource).queryForList("select lock_key from " + table, String.class);
	}

	private static List<String> tablesIn(DataSource dataSource) {
		return new JdbcTemplate(dataSource).queryForList(
				"select table_name from information_schema.tables where table_schema = 'PUBLIC'", String.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class LockedStart {

		@Bean
		Long tokenOfStart(DistributedLocks locks) {
			try (Lease lease = locks.acquire(ORDER)) {
				return lease.fencingToken();
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Migration {

		@Bean
		DataSourceScriptDatabaseInitializer migration(DataSource dataSource) {
			DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
			settings.setMode(DatabaseInitializationMode.ALWAYS);
			settings.setSchemaLocations(List.of("classpath:io/distributedlock/jdbc/schema-h2.sql"));
			return new DataSourceScriptDatabaseInitializer(dataSource, settings);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoDataSources {

		@Bean
		DataSource orderDatabase() {
			return new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
		}

		@Bean
		DataSource lockDatabase() {
			return new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
		}

	}

}
