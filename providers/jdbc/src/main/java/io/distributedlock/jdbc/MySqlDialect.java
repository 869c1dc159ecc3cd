package io.distributedlock.jdbc;

/**
 * MySQL. No step waits for a locked row. The first acquisition of a key waits for a
 * foreign transaction that locked the gap where the key belongs, until it is cancelled or
 * for {@code innodb_lock_wait_timeout}, at least a second: MySQL cannot insert without
 * waiting.
 */
final class MySqlDialect extends MySqlFamilyDialect {

	/** Has SKIP LOCKED and the collation. */
	private static final ServerVersion OLDEST = new ServerVersion(8, 0, 19);

	private MySqlDialect(String table) {
		super(MySqlFamilyStatements.forMySql(table), "utf8mb4_0900_bin");
	}

	static MySqlDialect of(String version, String table) {
		if (ServerVersion.of(version).isBefore(OLDEST)) {
			throw new UnsupportedDatabaseException(
					"Provider jdbc needs MySQL %s or newer, found %s".formatted(OLDEST, version));
		}
		return new MySqlDialect(table);
	}

	@Override
	public String scriptLocation() {
		return "io/distributedlock/jdbc/schema-mysql.sql";
	}

}
