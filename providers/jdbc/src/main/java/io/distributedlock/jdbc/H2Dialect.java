package io.distributedlock.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Busy;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoredLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * H2, embedded or as a server. Acquire and renew never wait for a row; release waits for
 * at most 0.2 s, then fails. What is left is bounded by the connection's LOCK_TIMEOUT: a
 * table locked by DDL, and a row of the key that a foreign transaction has inserted and
 * not committed. Statement.setQueryTimeout is not used: with each call H2 forgets all
 * parsed statements of all sessions, and it would not help against a server that hangs;
 * NETWORK_TIMEOUT in the URL does, see {@link JdbcLockStoreConfig}.
 */
final class H2Dialect implements Dialect {

	private static final Logger logger = LoggerFactory.getLogger(H2Dialect.class);

	private static final int DUPLICATE_KEY = 23505;

	private static final Set<Integer> LOCKED = Set.of(50200, 90131, 40001);

	private static final Set<Integer> MISSING_TABLE = Set.of(42102, 42103, 42104, 90079);

	private static final int ATTEMPTS = 3;

	private final H2Statements statements;

	private H2Dialect(String table) {
		this.statements = H2Statements.of(table);
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
		sql.query(this.statements.check(), H2Dialect::checkKeyColumn);
		try {
			return sql.query(this.statements.durability(), H2Dialect::checkDurability)
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
	public AcquireResult tryAcquire(Sql sql, AcquireCommand command) throws SQLException {
		String owner = command.owner();
		for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
			try {
				List<Attempt> rows = sql.query(this.statements.acquire(), Attempt::of, command.key(), owner,
						command.node(), Micros.of(command.ttl()), Owners.released(owner), Owners.forced(owner));
				return rows.isEmpty() ? new Busy() : rows.get(0).result(owner);
			}
			catch (SQLException ex) {
				if (LOCKED.contains(ex.getErrorCode())) {
					return new Busy();
				}
				// somebody else was the first to insert the key
				if (ex.getErrorCode() != DUPLICATE_KEY) {
					throw ex;
				}
			}
		}
		return new Busy();
	}

	@Override
	public Map<String, RenewResult> renew(Sql sql, List<RenewCommand> commands) throws SQLException {
		Map<String, RenewResult> results = new HashMap<>();
		List<Renewal> rows = sql.query(this.statements.renew(), Renewal::of,
				commands.stream().map(RenewCommand::key).toArray(),
				commands.stream().map(RenewCommand::owner).toArray(),
				commands.stream().map((command) -> Micros.of(command.ttl())).toArray());
		rows.forEach((row) -> results.merge(row.owner(), row.result(), Renewal::better));
		return results;
	}

	@Override
	public ReleaseResult release(Sql sql, ReleaseCommand command) throws SQLException {
		String owner = command.owner();
		String tombstone = Owners.released(owner);
		for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
			List<Ending> rows = sql.query(this.statements.release(), Ending::of, command.key(), owner, tombstone,
					Micros.of(command.minHold()));
			if (rows.isEmpty()) {
				return ReleaseResult.NOT_OWNED;
			}
			Ending row = rows.get(0);
			if (row.ended() || row.owner().equals(tombstone)) {
				return ReleaseResult.RELEASED;
			}
			if (!row.inForce() || !row.owner().equals(owner)) {
				return ReleaseResult.NOT_OWNED;
			}
		}
		throw changedMeanwhile(command.key());
	}

	@Override
	public boolean forceRelease(Sql sql, String key) throws SQLException {
		for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
			List<Ending> rows = sql.query(this.statements.forceRelease(), Ending::of, key, Owners.forced(""),
					Owners.released(""));
			if (rows.isEmpty() || !rows.get(0).inForce()) {
				return false;
			}
			if (rows.get(0).ended()) {
				return true;
			}
		}
		throw changedMeanwhile(key);
	}

	@Override
	public Optional<StoredLock> find(Sql sql, String key) throws SQLException {
		return sql.query(this.statements.find(), H2Dialect::storedLock, key).stream().findFirst();
	}

	@Override
	public List<StoredLock> held(Sql sql, String keyPrefix, int limit) throws SQLException {
		return sql.query(this.statements.held(), H2Dialect::storedLock, keyPrefix.length(), keyPrefix, limit);
	}

	private static StoredLock storedLock(ResultSet row) throws SQLException {
		return new StoredLock(row.getString(1), row.getString(2), row.getLong(3), Micros.instant(row.getLong(4)),
				Micros.duration(row.getLong(5)));
	}

	private static SQLException changedMeanwhile(String key) {
		return new SQLException(
				"The row of key '%s' was changed by others %d times meanwhile".formatted(key, ATTEMPTS));
	}

	/**
	 * What came of an acquisition: the row as granted now or as it was before.
	 */
	private record Attempt(boolean granted, String owner, String node, long token, long acquiredAt, long expiresAt,
			long checkedAt) {

		static Attempt of(ResultSet row) throws SQLException {
			return new Attempt(row.getBoolean(1), row.getString(2), row.getString(3), row.getLong(4), row.getLong(5),
					row.getLong(6), row.getLong(7));
		}

		AcquireResult result(String asking) {
			boolean inForce = this.expiresAt > this.checkedAt;
			if (this.granted || (inForce && this.owner.equals(asking))) {
				return new Granted(this.token, Micros.instant(this.acquiredAt));
			}
			// Else free, but somebody has the row locked or just took it, or our own
			// tombstone.
			return inForce ? new Held(this.node, this.token, Micros.duration(this.expiresAt - this.checkedAt))
					: new Busy();
		}

	}

	/**
	 * A grant in force that was renewed, or was before the statement.
	 */
	private record Renewal(String owner, RenewResult result) {

		static Renewal of(ResultSet row) throws SQLException {
			return new Renewal(row.getString("owner"),
					row.getBoolean("renewed") ? RenewResult.RENEWED : RenewResult.BUSY);
		}

		static RenewResult better(RenewResult one, RenewResult other) {
			return (one == RenewResult.RENEWED) ? one : other;
		}

	}

	/**
	 * What came of a release: whether it ended a grant, else the row as it was before.
	 */
	private record Ending(boolean ended, String owner, boolean inForce) {

		static Ending of(ResultSet row) throws SQLException {
			return new Ending(row.getBoolean("ended"), row.getString("owner"), row.getBoolean("in_force"));
		}

	}

}
