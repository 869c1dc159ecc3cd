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
		HikariConfig config = new HikariConfig();
		application.copyStateTo(config);
		String name = application.getPoolName();
		config.setPoolName((name != null) ? name + "-distributed-lock" : "distributed-lock");
		config.setMaximumPoolSize(size);
		config.setMinimumIdle(1);
		// What is left of the store timeout is for the statement.
		config.setConnectionTimeout(Math.max(timeout.toMillis() / 2, SHORTEST_TIMEOUT));
		config.setValidationTimeout(Math.min(config.getValidationTimeout(), config.getConnectionTimeout()));
		config.setAutoCommit(true);
		config.setReadOnly(false);
		config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
		config.setAllowPoolSuspension(false);
		// A connection that listens for wake-ups is never given back.
		config.setLeakDetectionThreshold(0);
		if (config.getCredentialsProvider() == null) {
			// Follows a password that is changed while the application runs.
			config.setCredentialsProvider(application::getCredentials);
		}
		leaveMonitoring(config);
		return new HikariDataSource(config);
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
