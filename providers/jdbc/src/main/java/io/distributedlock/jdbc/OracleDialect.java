package io.distributedlock.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Set;

import io.distributedlock.jdbc.UpdateThenInsertStatements.Fragments;

/**
 * Oracle Database 19c or newer. <strong>Written after the manuals and never run on a real
 * Oracle server</strong>: only the syntax and the order of the statements were checked,
 * with H2 in its Oracle mode.
 * <p>
 * Nothing in a single statement leaves out locked rows here. A step waits for a row that
 * another transaction has locked, an acquisition only if the lock is free by then; the
 * statement timeout ends that as a failure.
 */
final class OracleDialect extends UpdateThenInsertDialect {

	private static final int OLDEST_MAJOR_VERSION = 19;

	private static final String SINCE_EPOCH = """
			(CAST(SYSTIMESTAMP AT TIME ZONE 'UTC' AS TIMESTAMP) - TIMESTAMP '1970-01-01 00:00:00')""";

	private static final String NOW = """
			FLOOR(EXTRACT(DAY FROM {t}) * 86400000000 + (EXTRACT(HOUR FROM {t}) * 3600
				+ EXTRACT(MINUTE FROM {t}) * 60 + EXTRACT(SECOND FROM {t})) * 1000000)""".replace("{t}", SINCE_EPOCH);

	private static final Fragments FRAGMENTS = new Fragments(NOW, "FROM dual", "", "");

	private static final int UNIQUE_CONSTRAINT_VIOLATED = 1;

	private static final int DEADLOCK_DETECTED = 60;

	private static final int TABLE_DOES_NOT_EXIST = 942;

	/** Resource busy, waited for it too long. */
	private static final Set<Integer> LOCKED = Set.of(54, 30006);

	private OracleDialect(String table) {
		super(UpdateThenInsertStatements.of(table, FRAGMENTS));
	}

	static OracleDialect of(DatabaseMetaData database, String table) throws SQLException {
		if (database.getDatabaseMajorVersion() < OLDEST_MAJOR_VERSION) {
			throw new UnsupportedDatabaseException("Provider jdbc needs Oracle %dc or newer, found %s"
				.formatted(OLDEST_MAJOR_VERSION, database.getDatabaseProductVersion()));
		}
		return new OracleDialect(table);
	}

	@Override
	public String scriptLocation() {
		return "io/distributedlock/jdbc/schema-oracle.sql";
	}

	@Override
	public boolean isMissingTable(SQLException failure) {
		return failure.getErrorCode() == TABLE_DOES_NOT_EXIST;
	}

	@Override
	boolean isDuplicate(SQLException failure) {
		return failure.getErrorCode() == UNIQUE_CONSTRAINT_VIOLATED;
	}

	@Override
	boolean isLocked(SQLException failure) {
		return LOCKED.contains(failure.getErrorCode());
	}

	@Override
	boolean isDeadlock(SQLException failure) {
		return failure.getErrorCode() == DEADLOCK_DETECTED;
	}

}
