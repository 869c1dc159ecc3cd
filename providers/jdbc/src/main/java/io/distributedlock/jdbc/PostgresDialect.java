package io.distributedlock.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

import io.distributedlock.LockStoreException;

/**
 * PostgreSQL. No step waits for a row that is locked; an attempt that finds the lock held
 * writes nothing, not even to the write-ahead log. What may have to wait is the first
 * acquisition of a key that somebody else has inserted and not committed, and any step
 * while the table is altered: the statement timeout bounds both.
 */
final class PostgresDialect extends OneStatementDialect {

	private static final String FORGETFUL = "synchronous_commit is off: a server that crashes forgets the locks granted "
			+ "just before. Set it to local or on for the sessions of the lock store";

	private static final String READ_ONLY = "25006";

	private static final String UNDEFINED_TABLE = "42P01";

	private static final String UNDEFINED_SCHEMA = "3F000";

	/** Unique violation, serialization failure, deadlock. */
	private static final Set<String> OVERTAKEN = Set.of("23505", "40001", "40P01");

	private static final int OLDEST_MAJOR_VERSION = 12;

	private final String table;

	private PostgresDialect(String table) {
		super(PostgresStatements.of(table));
		this.table = table;
	}

	static PostgresDialect of(DatabaseMetaData database, String table) throws SQLException {
		if (database.getDatabaseMajorVersion() < OLDEST_MAJOR_VERSION) {
			throw new UnsupportedDatabaseException("Provider jdbc needs PostgreSQL %d or newer, found %s"
				.formatted(OLDEST_MAJOR_VERSION, database.getDatabaseProductVersion()));
		}
		return new PostgresDialect(table);
	}

	@Override
	public String scriptLocation() {
		return "io/distributedlock/jdbc/schema-postgresql.sql";
	}

	@Override
	public List<String> check(Sql sql) throws SQLException {
		sql.query(PostgresStatements.check(this.table), PostgresDialect::checkKeyColumn);
		if (sql.query("SELECT pg_is_in_recovery()", (row) -> row.getBoolean(1)).contains(true)) {
			throw new SQLException("the server is in recovery", READ_ONLY);
		}
		return sql.query("SELECT 1 WHERE current_setting('synchronous_commit') = 'off'", (row) -> FORGETFUL);
	}

	private static boolean checkKeyColumn(ResultSet row) throws SQLException {
		if (row.getBoolean("blurred")) {
			throw new LockStoreException(
					("Provider jdbc: column lock_key (%s) does not tell all keys apart, because of its type or "
							+ "collation: it must be varchar(255) collate \"C\"")
						.formatted(row.getString("type")),
					null);
		}
		return true;
	}

	@Override
	public boolean isMissingTable(SQLException failure) {
		return UNDEFINED_TABLE.equals(failure.getSQLState()) || UNDEFINED_SCHEMA.equals(failure.getSQLState());
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Never: rows are not waited for, and a table that is altered for longer than
	 * lock_timeout is no contention.
	 */
	@Override
	boolean isLocked(SQLException failure) {
		return false;
	}

	@Override
	boolean isOvertaken(SQLException failure) {
		return OVERTAKEN.contains(failure.getSQLState());
	}

}
