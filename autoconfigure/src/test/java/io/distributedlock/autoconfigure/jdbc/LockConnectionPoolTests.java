package io.distributedlock.autoconfigure.jdbc;

import java.sql.Connection;
import java.time.Duration;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

class LockConnectionPoolTests {

	@Test
	void reachesTheSameDatabaseWithSettingsOfItsOwn() throws Exception {
		try (HikariDataSource application = application()) {
			application.setReadOnly(true);
			application.setAutoCommit(false);
			application.setMaximumPoolSize(20);
			application.setPoolName("shop");
			try (HikariDataSource own = LockConnectionPool.like(application, 3, Duration.ofSeconds(2));
					Connection connection = own.getConnection()) {
				assertThat(application.getJdbcUrl()).startsWith(connection.getMetaData().getURL());
				assertThat(connection.getAutoCommit()).isTrue();
				assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
				assertThat(own.isReadOnly()).isFalse();
				assertThat(own.getMaximumPoolSize()).isEqualTo(3);
				assertThat(own.getMinimumIdle()).isEqualTo(1);
				assertThat(own.getConnectionTimeout()).isEqualTo(1000);
				assertThat(own.getValidationTimeout()).isEqualTo(1000);
				assertThat(own.getPoolName()).isEqualTo("shop-distributed-lock");
			}
		}
	}

	@Test
	void leavesTheApplicationsPoolAsItIs() throws Exception {
		try (HikariDataSource application = application()) {
			application.setMaximumPoolSize(7);
			application.setReadOnly(true);
			String poolName;
			try (Connection connection = application.getConnection()) {
				poolName = application.getPoolName();
				LockConnectionPool.like(application, 2, Duration.ofSeconds(2)).close();
				assertThat(connection.isValid(1)).isTrue();
			}
			assertThat(application.isRunning()).isTrue();
			assertThat(application.getMaximumPoolSize()).isEqualTo(7);
			assertThat(application.isReadOnly()).isTrue();
			assertThat(application.getPoolName()).isEqualTo(poolName);
		}
	}

	@Test
	void followsAPasswordThatIsChangedLater() throws Exception {
		try (HikariDataSource application = application()) {
			try (Connection connection = application.getConnection();
					HikariDataSource own = LockConnectionPool.like(application, 1, Duration.ofSeconds(2))) {
				own.getConnection().close();
				connection.createStatement().execute("ALTER USER SA SET PASSWORD 'changed'");
				application.getHikariConfigMXBean().setPassword("changed");
				own.getHikariPoolMXBean().softEvictConnections();
				try (Connection locks = own.getConnection()) {
					assertThat(locks.isValid(1)).isTrue();
				}
			}
		}
	}

	@Test
	void isNotMeasuredAsTheApplicationsPool() throws Exception {
		MetricsTrackerFactory metrics = mock();
		try (HikariDataSource application = application()) {
			application.setMetricsTrackerFactory(metrics);
			try (HikariDataSource own = LockConnectionPool.like(application, 1, Duration.ofSeconds(2));
					Connection connection = own.getConnection()) {
				assertThat(connection.isValid(1)).isTrue();
			}
		}
		verify(metrics, never()).create(any(), any());
	}

	@Test
	void acceptsATimeoutThatIsShorterThanAPoolAllows() {
		try (HikariDataSource application = application();
				HikariDataSource own = LockConnectionPool.like(application, 1, Duration.ofMillis(100))) {
			assertThat(own.getConnectionTimeout()).isEqualTo(250);
		}
	}

	private static HikariDataSource application() {
		HikariDataSource application = new HikariDataSource();
		application.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
		application.setUsername("sa");
		application.setPassword("");
		return application;
	}

}
