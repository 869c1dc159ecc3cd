package io.distributedlock.jdbc;

import java.time.Duration;
import java.util.Objects;

import javax.sql.DataSource;

/**
 * What a {@link JdbcLockStore} needs. Immutable.
 *
 * @param dataSource where connections come from; the store never closes it. Best a small
 * pool of its own: a caller who holds a connection of the same pool and waits for a lock
 * takes two. On PostgreSQL the store keeps one connection from when a caller first waits
 * for a lock until it is closed, to listen for releases
 * @param tableName the table of the locks, an unquoted identifier of at most 56
 * characters, optionally with a schema: {@code locks.distributed_lock}. On PostgreSQL
 * {@code _waiter} is appended for the table of waiting nodes
 * @param storeTimeout how long a step may take before it fails. Waiting for the pool is
 * part of it and may take half of it, so the pool's connection timeout should be shorter.
 * On PostgreSQL the driver first tries to cancel a statement that takes too long; in a
 * network that swallows everything it tries for 10 seconds, unless the URL says
 * {@code cancelSignalTimeout=1}. On H2 nothing else bounds a server that freezes: the URL
 * of an H2 server needs {@code ;NETWORK_TIMEOUT=} with some milliseconds less than this.
 * The auto-configuration adds both to the pools it makes where it can. An AUTO_SERVER
 * file needs the JVM option {@code -Dh2.maxReconnect=0} as well: after the timeout H2
 * connects again by itself, and waits for ever if the process that has the file open is
 * frozen; that a dead one is replaced does not depend on it
 * @param retention how long a row is kept after its last grant, at least; should be far
 * above any ttl
 */
public record JdbcLockStoreConfig(DataSource dataSource, String tableName, Duration storeTimeout, Duration retention) {

	/** The table's name unless another is given. */
	public static final String DEFAULT_TABLE_NAME = "distributed_lock";

	/** The store timeout unless another is given: 5 seconds. */
	public static final Duration DEFAULT_STORE_TIMEOUT = Duration.ofSeconds(5);

	/** The retention unless another is given: 7 days. */
	public static final Duration DEFAULT_RETENTION = Duration.ofDays(7);

	/**
	 * Checks the values.
	 * @throws IllegalArgumentException if the table name is no plain identifier, or the
	 * timeout or the retention is not positive
	 */
	public JdbcLockStoreConfig {
		Objects.requireNonNull(dataSource, "dataSource");
		LockTable.check(tableName);
		if (storeTimeout.isNegative() || storeTimeout.isZero()) {
			throw new IllegalArgumentException(
					"Store timeout %s is not positive: write for example 5s".formatted(storeTimeout));
		}
		if (retention.isNegative() || retention.isZero()) {
			throw new IllegalArgumentException(
					"Retention %s is not positive: write for example 7d".formatted(retention));
		}
	}

	/**
	 * Returns the standard configuration for a data source.
	 * @param dataSource where connections come from
	 * @return the configuration
	 */
	public static JdbcLockStoreConfig of(DataSource dataSource) {
		return new JdbcLockStoreConfig(dataSource, DEFAULT_TABLE_NAME, DEFAULT_STORE_TIMEOUT, DEFAULT_RETENTION);
	}

	/**
	 * Returns how long the statements of a step may run: most of the half that is left
	 * once there is a connection.
	 */
	Duration stepTimeout() {
		return this.storeTimeout.multipliedBy(2).dividedBy(5);
	}

	/**
	 * Returns a copy with another table.
	 * @param tableName the table of the locks
	 * @return the copy
	 * @throws IllegalArgumentException if it is no plain identifier
	 */
	public JdbcLockStoreConfig withTableName(String tableName) {
		return new JdbcLockStoreConfig(this.dataSource, tableName, this.storeTimeout, this.retention);
	}

	/**
	 * Returns a copy with another store timeout.
	 * @param storeTimeout how long a step may take
	 * @return the copy
	 * @throws IllegalArgumentException if it is not positive
	 */
	public JdbcLockStoreConfig withStoreTimeout(Duration storeTimeout) {
		return new JdbcLockStoreConfig(this.dataSource, this.tableName, storeTimeout, this.retention);
	}

	/**
	 * Returns a copy with another retention.
	 * @param retention how long a row is kept after its last grant
	 * @return the copy
	 * @throws IllegalArgumentException if it is not positive
	 */
	public JdbcLockStoreConfig withRetention(Duration retention) {
		return new JdbcLockStoreConfig(this.dataSource, this.tableName, this.storeTimeout, retention);
	}

}
