package io.distributedlock.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Set;

import io.distributedlock.jdbc.UpdateThenInsertStatements.Fragments;

/**
 * Microsoft SQL Server 2017 or newer. <strong>Written after the manuals and never run on
 * a real SQL Server</strong>: only the syntax and the order of the statements were
 * checked, with H2 in its SQL Server mode, which skips table hints.
 * <p>
 * READPAST keeps acquire and renew from waiting for locked rows; with
 * READ_COMMITTED_SNAPSHOT it needs READCOMMITTEDLOCK. Release waits for them, and renew
 * before it refuses a grant whose row is being changed: the statement timeout ends that
 * as a failure.
 */
final class SqlServerDialect extends UpdateThenInsertDialect {

	/** SQL Server 2017. */
	private static final int OLDEST_MAJOR_VERSION = 14;

	private static final Fragments FRAGMENTS = new Fragments(
			"DATEDIFF_BIG(MICROSECOND, CAST('1970-01-01' AS DATE), SYSUTCDATETIME())", "",
			"WITH (ROWLOCK, READPAST, READCOMMITTEDLOCK)", "WITH (NOLOCK)");

	/** Of an index, of a constraint. */
	private static final Set<Integer> DUPLICATE_KEY = Set.of(2601, 2627);

	private static final int LOCK_REQUEST_TIMED_OUT = 1222;

	private static final int DEADLOCK_VICTIM = 1205;

	private static final int INVALID_OBJECT_NAME = 208;

	private SqlServerDialect(String table) {
		super(UpdateThenInsertStatements.of(table, FRAGMENTS));
	}

	static SqlServerDialect of(DatabaseMetaData database, String table) throws SQLException {
		if (database.getDatabaseMajorVersion() < OLDEST_MAJOR_VERSION) {
			throw new UnsupportedDatabaseException(
					"Provider jdbc needs SQL Server 2017 or newer, found " + database.getDatabaseProductVersion());
		}
		return new SqlServerDialect(table);
	}

	@Override
	public String scriptLocation() {
		return "io/distributedlock/jdbc/schema-sqlserver.sql";
	}

	@Override
	public boolean isMissingTable(SQLException failure) {
		return failure.getErrorCode() == INVALID_OBJECT_NAME;
	}

	@Override
	boolean isDuplicate(SQLException failure) {
		return DUPLICATE_KEY.contains(failure.getErrorCode());
	}

	@Override
	boolean isLocked(SQLException failure) {
		return failure.getErrorCode() == LOCK_REQUEST_TIMED_OUT;
	}

	@Override
	boolean isDeadlock(SQLException failure) {
		return failure.getErrorCode() == DEADLOCK_VICTIM;
	}

}
