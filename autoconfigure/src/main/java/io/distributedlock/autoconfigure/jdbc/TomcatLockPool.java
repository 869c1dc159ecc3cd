package io.distributedlock.autoconfigure.jdbc;

import java.sql.Connection;
import java.time.Duration;

import org.apache.tomcat.jdbc.pool.DataSource;
import org.apache.tomcat.jdbc.pool.DataSourceProxy;
import org.apache.tomcat.jdbc.pool.PoolConfiguration;
import org.apache.tomcat.jdbc.pool.PoolProperties;

import org.springframework.beans.BeanUtils;

/**
 * The lock store's pool where the application's is of Tomcat's kind, with the same
 * settings but for a few.
 */
final class TomcatLockPool extends DataSource implements AutoCloseable {

	/** For how many milliseconds a connection that worked is not checked again. */
	private static final long VALIDATION_INTERVAL = 500;

	private TomcatLockPool(PoolConfiguration settings) {
		super(settings);
	}

	static TomcatLockPool like(DataSourceProxy application, int size, Duration timeout) {
		PoolConfiguration settings = new PoolProperties();
		BeanUtils.copyProperties(application.getPoolProperties(), settings, PoolConfiguration.class);
		settings.setUrl(PostgresCancelTimeout.addTo(settings.getUrl(), settings.getDbProperties()));
		settings.setName(application.getPoolProperties().getName() + "-distributed-lock");
		settings.setMaxActive(size);
		settings.setMaxIdle(size);
		settings.setMinIdle(1);
		settings.setInitialSize(0);
		// What is left of the store timeout is for the statement.
		settings.setMaxWait((int) Math.min(Math.max(timeout.toMillis() / 2, 1), Integer.MAX_VALUE));
		settings.setDefaultAutoCommit(true);
		settings.setDefaultReadOnly(false);
		settings.setDefaultTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
		// A connection that listens for wake-ups is never given back.
		settings.setRemoveAbandoned(false);
		settings.setSuspectTimeout(0);
		settings.setJmxEnabled(false);
		checkConnections(settings, timeout);
		return new TomcatLockPool(settings);
	}

	/**
	 * Otherwise a connection that the server has closed is lent again and again.
	 */
	private static void checkConnections(PoolConfiguration settings, Duration timeout) {
		settings.setTestOnBorrow(true);
		settings.setValidationInterval(VALIDATION_INTERVAL);
		// A query would wait for ever for a server that is silent.
		settings.setValidationQuery(null);
		settings.setValidationQueryTimeout((int) Math.min(Math.max(timeout.toSeconds() / 2, 1), Integer.MAX_VALUE));
	}

}
