package io.distributedlock.autoconfigure.jdbc;

import java.time.Duration;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/**
 * Makes the lock store's pool from the settings of the application's.
 */
final class LockConnectionPool {

	/** HikariCP refuses anything shorter. */
	private static final long SHORTEST_TIMEOUT = 250;

	private LockConnectionPool() {
	}

	static HikariDataSource like(HikariDataSource application, int size, Duration timeout) {
		// Connects on first use, as patiently as the application's pool does when it
		// starts.
		HikariDataSource pool = new HikariDataSource();
		application.copyStateTo(pool);
		String name = application.getPoolName();
		pool.setPoolName((name != null) ? name + "-distributed-lock" : "distributed-lock");
		pool.setMaximumPoolSize(size);
		pool.setMinimumIdle(1);
		// What is left of the store timeout is for the statement.
		pool.setConnectionTimeout(Math.max(timeout.toMillis() / 2, SHORTEST_TIMEOUT));
		H2NetworkTimeout.set(pool, pool.getConnectionTimeout());
		pool.setJdbcUrl(PostgresCancelTimeout.addTo(pool.getJdbcUrl(), pool.getDataSourceProperties()));
		pool.setValidationTimeout(Math.min(pool.getValidationTimeout(), pool.getConnectionTimeout()));
		pool.setAutoCommit(true);
		pool.setReadOnly(false);
		pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
		pool.setAllowPoolSuspension(false);
		// A connection that listens for wake-ups is never given back.
		pool.setLeakDetectionThreshold(0);
		if (pool.getCredentialsProvider() == null) {
			// Follows a password that is changed while the application runs.
			pool.setCredentialsProvider(application::getCredentials);
		}
		leaveMonitoring(pool);
		return pool;
	}

	/**
	 * Meters and health checks that the application attached to its pool describe that
	 * pool alone.
	 */
	private static void leaveMonitoring(HikariConfig config) {
		if (config.getMetricsTrackerFactory() != null) {
			config.setMetricsTrackerFactory(null);
		}
		if (config.getMetricRegistry() != null) {
			config.setMetricRegistry(null);
		}
		if (config.getHealthCheckRegistry() != null) {
			config.setHealthCheckRegistry(null);
		}
	}

}
