package io.distributedlock.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Busy;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoredLock;

/**
 * A database whose changes tell nothing but how many rows they changed. An acquisition
 * updates the row if the lock is free, reads what it is now, and inserts it only where
 * there was none. So it takes two round trips, four for a key never used before; a
 * renewal and a release take one. Owners are unique per acquisition, so whoever reads its
 * own name has the grant, whichever of its statements got it. There is no MERGE: it is
 * not atomic on these databases.
 * <p>
 * Keys are stored as the bytes of their UTF-8 form. They are the same or not, and in
 * order, whatever collation, language and character set the database and the session
 * have.
 */
abstract class UpdateThenInsertDialect implements Dialect {

	private static final int ATTEMPTS = 3;

	private final UpdateThenInsertStatements statements;

	UpdateThenInsertDialect(UpdateThenInsertStatements statements) {
		this.statements = statements;
	}

	/**
	 * Tells whether a change failed because somebody else was the first to insert the
	 * key.
	 */
	abstract boolean isDuplicate(SQLException failure);

	/**
	 * Tells whether a change failed because the row is locked.
	 */
	abstract boolean isLocked(SQLException failure);

	/**
	 * Tells whether a change was taken back to end a deadlock.
	 */
	abstract boolean isDeadlock(SQLException failure);

	@Override
	public List<String> check(Sql sql) throws SQLException {
		sql.query(this.statements.check(), UpdateThenInsertDialect::checkKeyColumn, bytes("a"));
		return List.of();
	}

	private static boolean checkKeyColumn(ResultSet row) throws SQLException {
		int type = row.getMetaData().getColumnType(1);
		if (type != Types.VARBINARY && type != Types.BINARY) {
			throw new LockStoreException(
					("Provider jdbc: column lock_key is of type %s: it must be a binary type of up to 1020 bytes, "
							+ "as in the script")
						.formatted(row.getMetaData().getColumnTypeName(1)),
					null);
		}
		return true;
	}

	@Override
	public AcquireResult tryAcquire(Sql sql, AcquireCommand command) throws SQLException {
		byte[] key = bytes(command.key());
		String owner = command.owner();
		long ttl = Micros.of(command.ttl());
		for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
			if (changes(sql, this.statements.acquire(), owner, command.node(), ttl, key, Owners.released(owner),
					Owners.forced(owner))) {
				return read(sql, this.statements.read(), key).map((row) -> row.result(owner)).orElseGet(Busy::new);
			}
			Optional<AcquireRow> row = read(sql, this.statements.readUnlocked(), key);
			if (row.isPresent()) {
				return row.get().result(owner);
			}
			if (changes(sql, this.statements.insert(), key, owner, command.node(), ttl, key)) {
				return read(sql, this.statements.read(), key).map((own) -> own.result(owner)).orElseGet(Busy::new);
			}
		}
		return new Busy();
	}

	@Override
	public Map<String, RenewResult> renew(Sql sql, List<RenewCommand> commands) throws SQLException {
		Map<String, RenewResult> results = new HashMap<>();
		for (RenewCommand command : commands) {
			results.put(command.owner(), renew(sql, command));
		}
		return results;
	}

	private RenewResult renew(Sql sql, RenewCommand command) throws SQLException {
		byte[] key = bytes(command.key());
		long ttl = Micros.of(command.ttl());
		if (changes(sql, this.statements.renew(), ttl, ttl, key, command.owner())) {
			return RenewResult.RENEWED;
		}
		return read(sql, this.statements.read(), key).filter((row) -> row.isGrantOf(command.owner()))
			.map((row) -> RenewResult.BUSY)
			.orElse(RenewResult.REFUSED);
	}

	@Override
	public ReleaseResult release(Sql sql, ReleaseCommand command) throws SQLException {
		byte[] key = bytes(command.key());
		String tombstone = Owners.released(command.owner());
		long minHold = Micros.of(command.minHold());
		boolean released = update(sql, this.statements.release(), tombstone, minHold, minHold, key, command.owner())
				|| read(sql, this.statements.read(), key).filter((row) -> row.owner().equals(tombstone)).isPresent();
		return released ? ReleaseResult.RELEASED : ReleaseResult.NOT_OWNED;
	}

	@Override
	public boolean forceRelease(Sql sql, String key) throws SQLException {
		return update(sql, this.statements.forceRelease(), Owners.released("%"), Owners.forced(""), bytes(key));
	}

	@Override
	public Optional<StoredLock> find(Sql sql, String key) throws SQLException {
		return sql.query(this.statements.find(), UpdateThenInsertDialect::lock, bytes(key)).stream().findFirst();
	}

	@Override
	public List<StoredLock> held(Sql sql, String keyPrefix, int limit) throws SQLException {
		byte[] first = bytes(keyPrefix.isEmpty() ? "\u0001" : keyPrefix);
		byte[] afterLast = bytes(keyPrefix);
		afterLast = Arrays.copyOf(afterLast, afterLast.length + 1);
		afterLast[afterLast.length - 1] = (byte) 0xFF; // in no UTF-8
		return sql.query(this.statements.held(), UpdateThenInsertDialect::lock, first, afterLast, limit);
	}

	@Override
	public Optional<String> purge(Sql sql, String after, int rows, long retention) throws SQLException {
		Optional<byte[]> last = sql.query(this.statements.purgeEnd(), (row) -> row.getBytes(1), bytes(after), rows)
			.stream()
			.findFirst();
		if (last.isPresent()) {
			changes(sql, this.statements.purge(), bytes(after), last.get(), retention, retention);
		}
		return last.map(UpdateThenInsertDialect::string);
	}

	private static Optional<AcquireRow> read(Sql sql, String statement, byte[] key) throws SQLException {
		return sql.query(statement, AcquireRow::of, key).stream().findFirst();
	}

	/**
	 * Changes a row unless others have it locked or got there first.
	 */
	private boolean changes(Sql sql, String statement, Object... parameters) throws SQLException {
		try {
			return update(sql, statement, parameters);
		}
		catch (SQLException ex) {
			if (isLocked(ex) || isDuplicate(ex) || isDeadlock(ex)) {
				return false;
			}
			throw ex;
		}
	}

	private boolean update(Sql sql, String statement, Object... parameters) throws SQLException {
		for (int attempt = 1;; attempt++) {
			try {
				return sql.update(statement, parameters) > 0;
			}
			catch (SQLException ex) {
				if (attempt == ATTEMPTS || !isDeadlock(ex)) {
					throw ex;
				}
			}
		}
	}

	private static StoredLock lock(ResultSet row) throws SQLException {
		return LockRow.of(string(row.getBytes(1)), row);
	}

	private static byte[] bytes(String key) {
		return key.getBytes(StandardCharsets.UTF_8);
	}

	private static String string(byte[] key) {
		return new String(key, StandardCharsets.UTF_8);
	}

}
