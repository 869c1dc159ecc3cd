package io.distributedlock.autoconfigure.jdbc;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.jdbc.init.DatabaseInitializationProperties;

/**
 * Locks in a database.
 */
@ConfigurationProperties("distributed-lock.jdbc")
public class JdbcLockProperties extends DatabaseInitializationProperties {

	/**
	 * Optional, so that a database we have no script for can be used for other things.
	 */
	static final String DEFAULT_SCHEMA_LOCATION = "optional:classpath:io/distributedlock/jdbc/schema-@@platform@@.sql";

	/**
	 * Name of the table that holds the locks, with its schema if it needs one.
	 */
	private String tableName = "distributed_lock";

	/**
	 * Name of the DataSource bean to use. If not set, the only or the primary one.
	 */
	private @Nullable String dataSourceBeanName;

	/**
	 * Number of connections that locks have for themselves where the DataSource is a pool
	 * of HikariCP, Tomcat or Commons DBCP2. On PostgreSQL there is one more, which
	 * listens for releases. Other DataSources are used as they are.
	 */
	private int poolSize = 4;

	/**
	 * How long the row of a lock is kept after its last grant, at least. It should be far
	 * above any ttl.
	 */
	private Duration retention = Duration.ofDays(7);

	/**
	 * Creates properties that stop at the first error of the schema script: what it
	 * creates may exist already, so an error is never expected.
	 */
	public JdbcLockProperties() {
		setContinueOnError(false);
	}

	public String getTableName() {
		return this.tableName;
	}

	public void setTableName(String tableName) {
		this.tableName = tableName;
	}

	public @Nullable String getDataSourceBeanName() {
		return this.dataSourceBeanName;
	}

	public void setDataSourceBeanName(@Nullable String dataSourceBeanName) {
		this.dataSourceBeanName = dataSourceBeanName;
	}

	public int getPoolSize() {
		return this.poolSize;
	}

	public void setPoolSize(int poolSize) {
		this.poolSize = poolSize;
	}

	public Duration getRetention() {
		return this.retention;
	}

	public void setRetention(Duration retention) {
		this.retention = retention;
	}

	@Override
	public String getDefaultSchemaLocation() {
		return DEFAULT_SCHEMA_LOCATION;
	}

}
