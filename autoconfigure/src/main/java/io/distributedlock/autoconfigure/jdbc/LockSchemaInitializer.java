package io.distributedlock.autoconfigure.jdbc;

import java.util.List;

import javax.sql.DataSource;

import io.distributedlock.autoconfigure.schema.OwnScript;
import io.distributedlock.autoconfigure.schema.TableInitializer;
import io.distributedlock.jdbc.JdbcLockStoreConfig;

/**
 * Creates the tables of the locks.
 */
class LockSchemaInitializer extends TableInitializer {

	private static final OwnScript OWN = new OwnScript("Provider jdbc", JdbcLockProperties.DEFAULT_SCHEMA_LOCATION,
			JdbcLockStoreConfig.DEFAULT_TABLE_NAME, List.of("_waiter"));

	LockSchemaInitializer(DataSource dataSource, JdbcLockProperties properties) {
		super(dataSource, properties, OWN, properties.getTableName());
	}

	static List<String> schemaLocations(DataSource dataSource, JdbcLockProperties properties) {
		return schemaLocations(dataSource, properties, OWN);
	}

}
