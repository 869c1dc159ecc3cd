package io.distributedlock.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
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

	private static final String FORGETFUL = "synchronous_commit is off: a server that crashes forgets the locks granted "
			+ "just before. Set it to local or on for the sessions of the lock store";

	private static final String READ_ONLY = "25006";

	private static final String UNDEFINED_TABLE = "42P01";

	private static final String UNDEFINED_SCHEMA = "3F000";

	/** Unique violation, serialization failure, deadlock. */
	private static final Set<String> OVERTAKEN = Set.of("23505", "40001", "40P01");

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
		refuseRecovery(sql);
		List<String> warnings = new ArrayList<>(
				sql.query("SELECT 1 WHERE current_setting('synchronous_commit') = 'off'", (row) -> FORGETFUL));
		if (this.queue != null) {
			this.queue.check(sql);
		}
		else {
			warnings.add(
					"there is no table %s, so that waiting nodes poll instead of being woken: create it with the script classpath:%s"
						.formatted(LockTable.waiters(this.table), SCRIPT));
		}
		return warnings;
	}

	@Override
	public void probe(Sql sql, String table) throws SQLException {
		super.probe(sql, table);
		refuseRecovery(sql);
	}

	private static void refuseRecovery(Sql sql) throws SQLException {
		if (sql.query("SELECT pg_is_in_recovery()", (row) -> row.getBoolean(1)).contains(true)) {
			throw new SQLException("the server is in recovery", READ_ONLY);
		}
	}

	@Override
	public JdbcLockStore newStore(Steps steps, JdbcLockStoreConfig config) {
		return (this.queue != null) ? new PostgresLockStore(steps, this, config, this.queue)
				: super.newStore(steps, config);
	}

	@Override
	public RowGuard rowGuard(JdbcLockStoreConfig config) {
		return new PostgresRowGuard(this.table, config.storeTimeout());
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
		return wasOvertaken(failure);
	}

	static boolean wasOvertaken(SQLException failure) {
		return OVERTAKEN.contains(failure.getSQLState());
	}

}
