package io.distributedlock.jdbc;

/**
 * MariaDB, by its own driver or MySQL's. No step waits for a locked row or gap.
 */
final class MariaDbDialect extends MySqlFamilyDialect {

	/** Has SKIP LOCKED. */
	private static final ServerVersion OLDEST = new ServerVersion(10, 6, 0);

	private MariaDbDialect(String table) {
		super(MySqlFamilyStatements.forMariaDb(table), "utf8mb4_nopad_bin");
	}

	static MariaDbDialect of(String version, String table) {
		if (ServerVersion.of(version).isBefore(OLDEST)) {
			throw new UnsupportedDatabaseException(
					"Provider jdbc needs MariaDB %s or newer, found %s".formatted(OLDEST, version));
		}
		return new MariaDbDialect(table);
	}

	@Override
	public String scriptLocation() {
		return "io/distributedlock/jdbc/schema-mariadb.sql";
	}

}
