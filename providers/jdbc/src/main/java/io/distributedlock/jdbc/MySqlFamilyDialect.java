package io.distributedlock.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.distributedlock.LockStoreException;
import io.distributedlock.jdbc.Sql.Change;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Busy;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoredLock;

/**
 * What MariaDB and MySQL have in common. A step that changes what it should is one
 * statement; only if it changed nothing, a plain read tells why, and only if that finds
 * no row of the key, one is inserted: any other way to insert leaves locks on gaps, and
 * deadlocks.
 * <p>
 * A statement that changes rows returns nothing but one number, through LAST_INSERT_ID.
 * For a grant it is the token, and the token is stored as the time of the grant, too:
 * both are the server's clock, unless that is behind the last token. Then the stored time
 * is in the future, and a release takes minHold from now instead.
 */
abstract class MySqlFamilyDialect implements Dialect {

	private static final int ATTEMPTS = 3;

	private static final int DUPLICATE_KEY = 1062;

	private static final int LOCK_WAIT_TIMEOUT = 1205;

	private static final int DEADLOCK = 1213;

	/** No such table, no such schema. */
	private static final Set<Integer> MISSING_TABLE = Set.of(1146, 1049);

	private final MySqlFamilyStatements statements;

	private final String keyCollation;

	MySqlFamilyDialect(MySqlFamilyStatements statements, String keyCollation) {
		this.statements = statements;
		this.keyCollation = keyCollation;
	}

	@Override
	public List<String> check(Sql sql) throws SQLException {
		sql.query(this.statements.check(), this::checkKeyColumn);
		return List.of();
	}

	private boolean checkKeyColumn(ResultSet row) throws SQLException {
		if (row.getBoolean("blurred")) {
			throw new LockStoreException(("Provider jdbc: column lock_key (collation %s) does not tell all keys apart: "
					+ "it must be varchar(255) character set utf8mb4 collate %s")
				.formatted(row.getString("collation"), this.keyCollation), null);
		}
		return true;
	}

	@Override
	public boolean isMissingTable(SQLException failure) {
		return MISSING_TABLE.contains(failure.getErrorCode());
	}

	@Override
	public RowGuard rowGuard(JdbcLockStoreConfig config) {
		return new MySqlFamilyRowGuard(this.statements);
	}

	@Override
	public AcquireResult tryAcquire(Sql sql, AcquireCommand command) throws SQLException {
		for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
			try {
				Optional<AcquireResult> result = takeOrInsert(sql, command);
				if (result.isPresent()) {
					return result.get();
				}
			}
			catch (SQLException ex) {
				if (ex.getErrorCode() == LOCK_WAIT_TIMEOUT) {
					return new Busy();
				}
				if (ex.getErrorCode() != DUPLICATE_KEY && ex.getErrorCode() != DEADLOCK) {
					throw ex;
				}
				// Somebody else wants the key: look again.
			}
		}
		return new Busy();
	}

	private Optional<AcquireResult> takeOrInsert(Sql sql, AcquireCommand command) throws SQLException {
		String key = command.key();
		String owner = command.owner();
		long ttl = Micros.of(command.ttl());
		Change taken = sql.change(this.statements.acquire(), owner, command.node(), ttl, key, Owners.released(owner),
				Owners.forced(owner));
		if (taken.rows() > 0) {
			return granted(taken);
		}
		List<AcquireRow> rows = sql.query(this.statements.read(), AcquireRow::of, key);
		if (!rows.isEmpty()) {
			return Optional.of(rows.get(0).result(owner));
		}
		return granted(sql.change(this.statements.insert(), key, owner, command.node(), ttl));
	}

	/**
	 * Returns the grant, or empty if the driver hides its token: reading the row tells
	 * it.
	 */
	private static Optional<AcquireResult> granted(Change change) {
		long token = change.lastInsertId();
		return (token > 0) ? Optional.of(new Granted(token, Micros.instant(token))) : Optional.empty();
	}

	@Override
	public Map<String, RenewResult> renew(Sql sql, List<RenewCommand> commands) throws SQLException {
		List<Object> grants = new ArrayList<>();
		List<Object> parameters = new ArrayList<>();
		for (RenewCommand command : commands) {
			grants.addAll(List.of(command.key(), command.owner()));
			parameters.addAll(List.of(command.owner(), Micros.of(command.ttl())));
		}
		parameters.addAll(grants);
		Change renewed = change(sql, this.statements.renew(commands.size()), parameters.toArray());
		Map<String, RenewResult> results = new HashMap<>();
		if (renewed.rows() == commands.size()) {
			commands.forEach((command) -> results.put(command.owner(), RenewResult.RENEWED));
			return results;
		}
		Map<String, AcquireRow> inForce = new HashMap<>();
		sql.query(this.statements.readGrants(commands.size()), AcquireRow::of, grants.toArray())
			.forEach((row) -> inForce.put(row.owner(), row));
		for (RenewCommand command : commands) {
			AcquireRow row = inForce.get(command.owner());
			if (row != null) {
				long executedAt = (renewed.rows() > 0) ? renewed.lastInsertId() : row.checkedAt();
				boolean lasts = row.expiresAt() >= executedAt + Micros.of(command.ttl());
				results.put(command.owner(), lasts ? RenewResult.RENEWED : RenewResult.BUSY);
			}
		}
		return results;
	}

	@Override
	public ReleaseResult release(Sql sql, ReleaseCommand command) throws SQLException {
		String key = command.key();
		String owner = command.owner();
		String tombstone = Owners.released(owner);
		long minHold = Micros.of(command.minHold());
		RowWait wait = new RowWait();
		while (wait.goesOn()) {
			if (change(sql, this.statements.release(), tombstone, minHold, minHold, key, owner).rows() > 0) {
				return ReleaseResult.RELEASED;
			}
			Optional<ReleaseResult> result = ReleaseRow
				.result(sql.query(this.statements.readOwner(), ReleaseRow::of, key), owner);
			if (result.isPresent()) {
				return result.get();
			}
		}
		throw wait.failure(key);
	}

	@Override
	public boolean forceRelease(Sql sql, String key) throws SQLException {
		String released = Owners.released("");
		RowWait wait = new RowWait();
		while (wait.goesOn()) {
			if (change(sql, this.statements.forceRelease(), released, released, Owners.forced(""), key).rows() > 0) {
				return true;
			}
			List<ReleaseRow> rows = sql.query(this.statements.readOwner(), ReleaseRow::of, key);
			if (rows.isEmpty() || !rows.get(0).inForce()) {
				return false;
			}
		}
		throw wait.failure(key);
	}

	@Override
	public Optional<StoredLock> find(Sql sql, String key) throws SQLException {
		return sql.query(this.statements.find(), LockRow::of, key).stream().findFirst();
	}

	@Override
	public List<StoredLock> held(Sql sql, String keyPrefix, int limit) throws SQLException {
		return sql.query(this.statements.held(), LockRow::of, keyPrefix, keyPrefix, limit);
	}

	@Override
	public Optional<String> purge(Sql sql, String after, int rows, long retention) throws SQLException {
		Optional<String> last = sql
			.query(this.statements.purgeEnd(), (row) -> Optional.ofNullable(row.getString(1)), after, rows)
			.get(0);
		if (last.isPresent()) {
			change(sql, this.statements.purge(), after, last.get(), retention, retention, rows, retention, retention);
		}
		return last;
	}

	/**
	 * Changes rows; again if the server chose the statement to end a deadlock.
	 */
	private static Change change(Sql sql, String statement, Object... parameters) throws SQLException {
		for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
			try {
				return sql.change(statement, parameters);
			}
			catch (SQLException ex) {
				if (ex.getErrorCode() != DEADLOCK) {
					throw ex;
				}
			}
		}
		return sql.change(statement, parameters);
	}

}
