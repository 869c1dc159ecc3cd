package io.distributedlock.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.distributedlock.LockStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * H2, embedded or as a server. Acquire and renew never wait for a row; release waits for
 * at most 0.2 s, then fails. What is left is bounded by the connection's LOCK_TIMEOUT: a
 * table locked by DDL, and a row of the key that a foreign transaction has inserted and
 * not committed. Statements are not cancelled: that would not help against a server that
 * hangs; NETWORK_TIMEOUT in the URL does, see {@link JdbcLockStoreConfig}.
 */
final class H2Dialect extends OneStatementDialect {

	private static final Logger logger = LoggerFactory.getLogger(H2Dialect.class);

	private static final int DUPLICATE_KEY = 23505;

	private static final Set<Integer> LOCKED = Set.of(50200, 90131, 40001);

	private static final Set<Integer> MISSING_TABLE = Set.of(42102, 42103, 42104, 90079);

	private final String table;

	private H2Dialect(String table) {
		super(H2Statements.of(table));
		this.table = table;
	}

	static H2Dialect of(DatabaseMetaData database, String table) throws SQLException {
		int major = database.getDatabaseMajorVersion();
		if (major < 2 || (major == 2 && database.getDatabaseMinorVersion() < 3)) {
			throw new UnsupportedDatabaseException("Provider jdbc needs H2 2.3 or newer, found "
					+ database.getDatabaseProductVersion() + ": upgrade com.h2database:h2");
		}
		return new H2Dialect(table);
	}

	@Override
	public String scriptLocation() {
		return "io/distributedlock/jdbc/schema-h2.sql";
	}

	@Override
	public List<String> check(Sql sql) throws SQLException {
		sql.query(H2Statements.check(this.table), H2Dialect::checkKeyColumn);
		try {
			return sql.query(H2Statements.DURABILITY, H2Dialect::checkDurability)
				.stream()
				.flatMap(Optional::stream)
				.toList();
		}
		catch (SQLException ex) {
			logger.debug("Could not find out H2's WRITE_DELAY", ex);
			return List.of();
		}
	}

	private static boolean checkKeyColumn(ResultSet row) throws SQLException {
		String type = row.getMetaData().getColumnTypeName(1);
		if (row.getBoolean("blurred") || !type.equals("CHARACTER VARYING")) {
			throw new LockStoreException(
					("Provider jdbc: column lock_key (%s) does not tell all keys apart, because of its type or the "
							+ "database's IGNORECASE or COLLATION setting: it must be a plain VARCHAR(510) "
							+ "without a collation")
						.formatted(type),
					null);
		}
		return true;
	}

	private static Optional<String> checkDurability(ResultSet row) throws SQLException {
		String path = row.getString(1);
		int writeDelay = row.getInt(2);
		if (path == null || writeDelay == 0) {
			return Optional.empty();
		}
		return Optional.of(("H2 writes to %s with a delay of %d ms: a killed process loses the locks granted in "
				+ "that time. Add ;WRITE_DELAY=0 to the URL")
			.formatted(path, writeDelay));
	}

	@Override
	public boolean isMissingTable(SQLException failure) {
		return MISSING_TABLE.contains(failure.getErrorCode());
	}

	@Override
	public Duration stepTimeout(Duration bound) {
		return Duration.ZERO;
	}

	@Override
	public RowGuard rowGuard(JdbcLockStoreConfig config) {
		return new H2RowGuard(this.table, config.stepTimeout());
	}

	@Override
	boolean isLocked(SQLException failure) {
		return LOCKED.contains(failure.getErrorCode());
	}

	@Override
	boolean isOvertaken(SQLException failure) {
		return failure.getErrorCode() == DUPLICATE_KEY;
	}

}
