package io.distributedlock.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.SQLException;

/**
 * MariaDB, by its own driver or MySQL's. No step waits for a locked row or gap.
 */
final class MariaDbDialect extends MySqlFamilyDialect {

	/** Has SKIP LOCKED. */
	private static final ServerVersion OLDEST = new ServerVersion(10, 6, 0);

	private final boolean knowsSnapshots;

	private MariaDbDialect(String table, boolean knowsSnapshots) {
		super(MySqlFamilyStatements.forMariaDb(table), "utf8mb4_nopad_bin");
		this.knowsSnapshots = knowsSnapshots;
	}

	static MariaDbDialect of(DatabaseMetaData database, String table) throws SQLException {
		checkVersion(database.getDatabaseProductVersion());
		return new MariaDbDialect(table, MariaDbRowGuard.knowsSnapshots(new Sql(database.getConnection())));
	}

	static void checkVersion(String version) {
		if (ServerVersion.of(version).isBefore(OLDEST)) {
			throw new UnsupportedDatabaseException(
					"Provider jdbc needs MariaDB %s or newer, found %s".formatted(OLDEST, version));
		}
	}

	@Override
	public String scriptLocation() {
		return "io/distributedlock/jdbc/schema-mariadb.sql";
	}

	@Override
	public RowGuard rowGuard(JdbcLockStoreConfig config) {
		return new MariaDbRowGuard(super.rowGuard(config), this.knowsSnapshots, config);
	}

}
