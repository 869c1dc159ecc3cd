package io.distributedlock.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

import io.distributedlock.LockStoreException;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL. No step waits for a row that is locked; an attempt that finds the lock held
 * writes nothing, not even to the write-ahead log. What may have to wait is the first
 * acquisition of a key that somebody else has inserted and not committed, and any step
 * while the table is altered: the statement timeout bounds both.
 */
final class PostgresDialect extends OneStatementDialect {

	private static final String UNIQUE_VIOLATION = "23505";

	private static final String UNDEFINED_TABLE = "42P01";

	private static final String UNDEFINED_SCHEMA = "3F000";

	/** Could not lock, serialization failure, deadlock. */
	static final Set<String> LOCKED = Set.of("55P03", "40001", "40P01");

	private static final int OLDEST_MAJOR_VERSION = 12;

	private static final String SCRIPT = "io/distributedlock/jdbc/schema-postgresql.sql";

	private final String table;

	private final @Nullable PostgresQueue queue;

	private PostgresDialect(String table, @Nullable PostgresQueue queue) {
		super((queue != null) ? PostgresStatements.waking(table) : PostgresStatements.of(table));
		this.table = table;
		this.queue = queue;
	}

	static PostgresDialect of(DatabaseMetaData database, String table) throws SQLException {
		if (database.getDatabaseMajorVersion() < OLDEST_MAJOR_VERSION) {
			throw new UnsupportedDatabaseException("Provider jdbc needs PostgreSQL %d or newer, found %s"
				.formatted(OLDEST_MAJOR_VERSION, database.getDatabaseProductVersion()));
		}
		PostgresQueue queue = new PostgresQueue(table);
		return new PostgresDialect(table, queue.exists(new Sql(database.getConnection())) ? queue : null);
	}

	@Override
	public String scriptLocation() {
		return SCRIPT;
	}

	@Override
	public List<String> check(Sql sql) throws SQLException {
		sql.query(PostgresStatements.check(this.table), PostgresDialect::checkKeyColumn);
		if (this.queue != null) {
			this.queue.check(sql);
			return List.of();
		}
		return List.of(("there is no table %s, so that waiting nodes poll instead of being woken: "
				+ "create it with the script classpath:%s")
			.formatted(LockTable.waiters(this.table), SCRIPT));
	}

	@Override
	public JdbcLockStore newStore(Steps steps, JdbcLockStoreConfig config) {
		return (this.queue != null) ? new PostgresLockStore(steps, this, config, this.queue)
				: super.newStore(steps, config);
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

	@Override
	boolean isLocked(SQLException failure) {
		return LOCKED.contains(failure.getSQLState());
	}

	@Override
	boolean isDuplicate(SQLException failure) {
		return UNIQUE_VIOLATION.equals(failure.getSQLState());
	}

}
