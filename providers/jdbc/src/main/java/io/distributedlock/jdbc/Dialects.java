package io.distributedlock.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.SQLException;

/**
 * Finds the statements for a database. One line for each kind.
 */
final class Dialects {

	private static final String SUPPORTED = "H2, MariaDB, MySQL, Oracle, PostgreSQL, SQL Server";

	private Dialects() {
	}

	static Dialect of(DatabaseMetaData database, String table) throws SQLException {
		String product = database.getDatabaseProductName();
		String version = database.getDatabaseProductVersion();
		return switch (product) {
			case "H2" -> H2Dialect.of(database, table);
			case "MariaDB" -> MariaDbDialect.of(database, table);
			// MySQL's driver takes MariaDB for MySQL.
			case "MySQL" ->
				version.contains("MariaDB") ? MariaDbDialect.of(database, table) : MySqlDialect.of(version, table);
			case "PostgreSQL" -> PostgresDialect.of(database, table);
			case "Oracle" -> OracleDialect.of(database, table);
			case "Microsoft SQL Server" -> SqlServerDialect.of(database, table);
			default -> throw new UnsupportedDatabaseException(
					"Provider jdbc does not support the database '%s' (%s) of %s: supported are %s".formatted(product,
							version, DatabaseUrl.of(database), SUPPORTED));
		};
	}

}
