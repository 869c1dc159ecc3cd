package io.distributedlock.autoconfigure.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import org.apache.commons.dbcp2.BasicDataSource;
import org.apache.commons.dbcp2.ConnectionFactory;
import org.apache.commons.dbcp2.PoolableConnectionFactory;

/**
 * The lock store's pool where the application's is of Commons DBCP2. Connects in the way
 * of the application's pool, whose driver properties are not to be read.
 */
final class Dbcp2LockPool extends BasicDataSource {

	private final BasicDataSource application;

	private Dbcp2LockPool(BasicDataSource application) {
		this.application = application;
	}

	static Dbcp2LockPool like(BasicDataSource application, int size, Duration timeout) {
		Dbcp2LockPool pool = new Dbcp2LockPool(application);
		pool.setMaxTotal(size);
		pool.setMaxIdle(size);
		// What is left of the store timeout is for the statement.
		pool.setMaxWait(Duration.ofMillis(Math.max(timeout.toMillis() / 2, 1)));
		pool.setDefaultAutoCommit(true);
		pool.setDefaultReadOnly(false);
		pool.setDefaultTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
		pool.setDefaultCatalog(application.getDefaultCatalog());
		pool.setDefaultSchema(application.getDefaultSchema());
		pool.setConnectionInitSqls(application.getConnectionInitSqls());
		pool.setMaxConn(application.getMaxConnDuration());
		checkConnections(application, pool, timeout);
		return pool;
	}

	/**
	 * Without the application's query: it would wait for ever for a server that is
	 * silent.
	 */
	private static void checkConnections(BasicDataSource application, BasicDataSource pool, Duration timeout) {
		pool.setTestOnBorrow(true);
		pool.setValidationQueryTimeout(Duration.ofSeconds(Math.max(timeout.toSeconds() / 2, 1)));
		pool.setTestWhileIdle(application.getTestWhileIdle());
		pool.setDurationBetweenEvictionRuns(application.getDurationBetweenEvictionRuns());
		pool.setFastFailValidation(application.getFastFailValidation());
		pool.setDisconnectionSqlCodes(application.getDisconnectionSqlCodes());
	}

	@Override
	protected ConnectionFactory createConnectionFactory() throws SQLException {
		if (this.application.getConnectionPool() == null) {
			// opens the application's pool
			this.application.getConnection().close();
		}
		PoolableConnectionFactory connections = (PoolableConnectionFactory) this.application.getConnectionPool()
			.getFactory();
		return connections.getConnectionFactory();
	}

}
