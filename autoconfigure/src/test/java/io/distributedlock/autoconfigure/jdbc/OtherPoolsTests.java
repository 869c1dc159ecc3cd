package io.distributedlock.autoconfigure.jdbc;

import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

import javax.sql.DataSource;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.MemoryLockAutoConfiguration;
import org.apache.commons.dbcp2.BasicDataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Pools that are not of HikariCP, on a real PostgreSQL, and data sources that are no
 * pools.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class OtherPoolsTests {

	private static final LockRequest ORDER = LockRequest.of("order:42");

	private static final String SHARED = "Provider jdbc has no connections of its own and shares those of DataSource ";

	private final ApplicationContextRunner withoutDataSource = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
				MemoryLockAutoConfiguration.class, JdbcLockAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.withoutDataSource
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
		.withPropertyValues("distributed-lock.jdbc.pool-size=2", "distributed-lock.store-timeout=2s");

	@ParameterizedTest
	@EnumSource
	void theStoreHasAPoolOfTheSameKindForItself(Kind kind, CapturedOutput output) {
		on(kind).run((context) -> {
			DataSource application = context.getBean(DataSource.class);
			assertThat(ownPool(context)).isInstanceOf(kind.type).isNotSameAs(application);
			List<Connection> taken = takeUntilExhausted(application, 2);
			try (Lease lease = context.getBean(DistributedLocks.class).acquire(ORDER)) {
				assertThat(lease.isHeld()).isTrue();
			}
			closeAll(taken);
			assertThat(output).doesNotContain(SHARED);
		});
	}

	@ParameterizedTest
	@EnumSource
	void aStepFailsInTimeWhereTheStoresPoolIsExhausted(Kind kind) {
		on(kind).run((context) -> {
			List<Connection> taken = takeUntilExhausted(ownPool(context), 2 + 1);
			long start = System.nanoTime();
			assertThatExceptionOfType(LockStoreException.class)
				.isThrownBy(() -> context.getBean(DistributedLocks.class).tryAcquire(ORDER));
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(900),
					Duration.ofSeconds(15));
			closeAll(taken);
			assertThat(context.getBean(DistributedLocks.class).tryAcquire(ORDER)).isPresent();
		});
	}

	@ParameterizedTest
	@EnumSource
	void theStoresConnectionsAreSetUpAsTheApplicationsAre(Kind kind) {
		on(kind).withPropertyValues(kind.setting("connection-properties=ApplicationName=shop"), kind.initSql())
			.run((context) -> {
				JdbcTemplate own = new JdbcTemplate(ownPool(context));
				assertThat(own.queryForObject("show application_name", String.class)).isEqualTo("shop");
				assertThat(own.queryForObject("show lock_timeout", String.class)).isEqualTo("7s");
			});
	}

	@ParameterizedTest
	@EnumSource
	void theStoresConnectionsAreWritableAndCommitAtOnce(Kind kind) {
		on(kind)
			.withPropertyValues(kind.setting("default-auto-commit=false"), kind.setting("default-read-only=true"),
					"distributed-lock.jdbc.initialize-schema=never", "distributed-lock.provider=memory")
			.run((context) -> {
				DataSource own = context.getBean(LockConnections.class).open();
				try (Connection connection = own.getConnection()) {
					assertThat(connection.getAutoCommit()).isTrue();
					assertThat(connection.isReadOnly()).isFalse();
					assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
				}
			});
	}

	@ParameterizedTest
	@EnumSource
	void theStoresPoolIsClosedWithTheContext(Kind kind) {
		PostgresDatabase database = PostgresDatabase.create();
		on(kind).withPropertyValues(database.properties())
			.withPropertyValues(kind.setting("connection-properties=ApplicationName=shop"))
			.run((context) -> assertThat(sessions(database)).isGreaterThanOrEqualTo(2));
		long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
		while (sessions(database) > 0 && System.nanoTime() < deadline) {
			LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
		}
		assertThat(sessions(database)).isZero();
	}

	@Test
	void aPoolOfAnUnknownKindIsSharedWithAWarning(CapturedOutput output) {
		JdbcConnectionPool pool = JdbcConnectionPool.create("jdbc:h2:mem:unknown", "sa", "");
		this.withoutDataSource.withBean(DataSource.class, () -> new LazyConnectionDataSourceProxy(pool))
			.run((context) -> {
				assertThat(context.getBean(DistributedLocks.class).tryAcquire(ORDER)).isPresent();
				assertThat(context.getBean(LockConnections.class).own()).isEmpty();
				context.getBean(LockConnections.class).open();
				assertThat(output).containsOnlyOnce(SHARED)
					.contains("distributed-lock.jdbc.data-source-bean-name")
					.contains(JdbcConnectionPool.class.getName());
			});
		pool.dispose();
	}

	@Test
	void aDataSourceThatIsNoPoolIsUsedWithoutAWarning(CapturedOutput output) {
		PostgresDatabase database = PostgresDatabase.create();
		PGSimpleDataSource ofTheDriver = new PGSimpleDataSource();
		ofTheDriver.setURL(database.url());
		JdbcDataSource ofH2 = new JdbcDataSource();
		ofH2.setURL("jdbc:h2:mem:unpooled");
		for (DataSource dataSource : List.of(ofTheDriver, ofH2, new DriverManagerDataSource(database.url()),
				new LazyConnectionDataSourceProxy(new DriverManagerDataSource(database.url())),
				new EmbeddedDatabaseBuilder().setType(EmbeddedDatabaseType.H2).build())) {
			assertThat(new LockConnections(() -> dataSource, 2, Duration.ofSeconds(2)).open()).isSameAs(dataSource);
		}
		assertThat(output).doesNotContain(SHARED);
	}

	@Test
	void aDataSourceOfOneConnectionIsNotUsedWithoutAWarning(CapturedOutput output) {
		DataSource one = new SingleConnectionDataSource("jdbc:h2:mem:one", false);
		assertThat(new LockConnections(() -> one, 2, Duration.ofSeconds(2)).open()).isSameAs(one);
		assertThat(output).contains(SHARED);
	}

	private ApplicationContextRunner on(Kind kind) {
		return this.runner.withPropertyValues(PostgresDatabase.create().properties())
			.withPropertyValues("spring.datasource.type=" + kind.type.getName(), kind.setting(kind.size));
	}

	/** Counts the connections of the application and its locks. */
	private static Long sessions(PostgresDatabase database) {
		return Objects.requireNonNull(database.outside()
			.queryForObject("select count(*) from pg_stat_activity "
					+ "where datname = current_database() and application_name = 'shop'", Long.class));
	}

	private static DataSource ownPool(ApplicationContext context) {
		return context.getBean(LockConnections.class).own().orElseThrow();
	}

	private static List<Connection> takeUntilExhausted(DataSource pool, int size) throws Exception {
		List<Connection> taken = new ArrayList<>();
		for (int i = 0; i < size; i++) {
			taken.add(pool.getConnection());
		}
		return taken;
	}

	private static void closeAll(List<Connection> connections) throws Exception {
		for (Connection connection : connections) {
			connection.close();
		}
	}

	enum Kind {

		TOMCAT(org.apache.tomcat.jdbc.pool.DataSource.class, "tomcat", "max-active=2"),

		DBCP2(BasicDataSource.class, "dbcp2", "max-total=2");

		private final Class<? extends DataSource> type;

		private final String prefix;

		private final String size;

		Kind(Class<? extends DataSource> type, String prefix, String size) {
			this.type = type;
			this.prefix = prefix;
			this.size = size;
		}

		String setting(String setting) {
			return "spring.datasource.%s.%s".formatted(this.prefix, setting);
		}

		String initSql() {
			return setting((this == TOMCAT) ? "init-s-q-l=set lock_timeout='7s'"
					: "connection-init-sqls[0]=set lock_timeout='7s'");
		}

	}

}
