package io.distributedlock.autoconfigure.jdbc;

import java.time.Duration;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.distributedlock.DistributedLocks;
import io.distributedlock.LockRequest;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import org.apache.commons.dbcp2.BasicDataSource;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A PostgreSQL server that closes all connections, as one that is restarted does.
 */
@Timeout(120)
class DatabaseRestartTests {

	/** Longer than any pool lends a connection without checking it. */
	private static final Duration UNCHECKED = Duration.ofSeconds(1);

	private final PostgresDatabase database = PostgresDatabase.create();

	@ParameterizedTest
	@ValueSource(
			classes = { HikariDataSource.class, org.apache.tomcat.jdbc.pool.DataSource.class, BasicDataSource.class })
	void locksAreGrantedOverNewConnections(Class<? extends DataSource> kind) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
					JdbcLockAutoConfiguration.class, DataSourceAutoConfiguration.class))
			.withPropertyValues(this.database.properties())
			.withPropertyValues("spring.datasource.type=" + kind.getName(), "distributed-lock.store-timeout=20s",
					"spring.datasource.tomcat.test-on-borrow=false", "spring.datasource.dbcp2.test-on-borrow=false")
			.run((context) -> {
				DistributedLocks locks = context.getBean(DistributedLocks.class);
				assertThat(locks.tryAcquire(LockRequest.of("before"))).isPresent();
				closeAllConnections();
				Thread.sleep(UNCHECKED.toMillis());
				assertThat(locks.tryAcquire(LockRequest.of("after"))).isPresent();
			});
	}

	private void closeAllConnections() {
		assertThat(this.database.outside()
			.queryForList("select pg_terminate_backend(pid, 20000) from pg_stat_activity "
					+ "where datname = current_database() and pid <> pg_backend_pid()", Boolean.class))
			.isNotEmpty()
			.containsOnly(true);
	}

}
