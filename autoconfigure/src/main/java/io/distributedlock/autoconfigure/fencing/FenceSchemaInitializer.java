package io.distributedlock.autoconfigure.fencing;

import java.util.List;

import javax.sql.DataSource;

import io.distributedlock.autoconfigure.schema.OwnScript;
import io.distributedlock.autoconfigure.schema.TableInitializer;
import io.distributedlock.fencing.FenceTable;

/**
 * Creates the fence table.
 */
class FenceSchemaInitializer extends TableInitializer {

	private static final OwnScript OWN = new OwnScript("FencingGuard", FencingProperties.DEFAULT_SCHEMA_LOCATION,
			FenceTable.DEFAULT_NAME, List.of());

	FenceSchemaInitializer(DataSource dataSource, FencingProperties properties) {
		super(dataSource, properties, OWN, properties.getTableName());
	}

}
