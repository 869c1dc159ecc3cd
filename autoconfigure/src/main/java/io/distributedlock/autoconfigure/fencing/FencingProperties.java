package io.distributedlock.autoconfigure.fencing;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.jdbc.init.DatabaseInitializationProperties;

/**
 * Fencing tokens that a database has seen.
 */
@ConfigurationProperties("distributed-lock.fencing")
public class FencingProperties extends DatabaseInitializationProperties {

	/**
	 * Optional, so that a database we have no script for can be used for other things.
	 */
	static final String DEFAULT_SCHEMA_LOCATION = "optional:classpath:io/distributedlock/fencing/schema-@@platform@@.sql";

	/**
	 * Name of the table that holds the highest token of each resource, with its schema if
	 * it needs one.
	 */
	private String tableName = "distributed_lock_fence";

	/**
	 * Name of the DataSource bean whose transactions are guarded. If not set, the only or
	 * the primary one.
	 */
	private @Nullable String dataSourceBeanName;

	/**
	 * How old a token may be where the resource has no row. Rows are kept for twice as
	 * long after their last check, at least. It should be far above the longest time that
	 * a lease is held.
	 */
	private Duration retention = Duration.ofDays(7);

	/**
	 * Creates properties that stop at the first error of the schema script: what it
	 * creates may exist already, so an error is never expected.
	 */
	public FencingProperties() {
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
