package io.distributedlock.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Busy;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoredLock;

/**
 * A database that changes a row and tells the outcome in the same statement. Each step is
 * one round trip: a change that leaves out rows locked by somebody else, and a plain read
 * that tells why nothing was changed and sees the row as it was before the statement.
 */
abstract class OneStatementDialect implements Dialect {

	private static final int ATTEMPTS = 3;

	private final Statements statements;

	OneStatementDialect(Statements statements) {
		this.statements = statements;
	}

	/**
	 * Tells whether an acquisition failed because a row or the table is locked.
	 */
	abstract boolean isLocked(SQLException failure);

	/**
	 * Tells whether a statement was undone in favour of somebody else's who was at the
	 * same row, so that it can be repeated: both inserted the same key, say.
	 */
	abstract boolean isOvertaken(SQLException failure);

	@Override
	public AcquireResult tryAcquire(Sql sql, AcquireCommand command) throws SQLException {
		return tryAcquire(sql, this.statements.acquire(), command);
	}

	final AcquireResult tryAcquire(Sql sql, String statement, AcquireCommand command) throws SQLException {
		String owner = command.owner();
		try {
			List<AcquireRow> rows = query(sql, statement, AcquireRow::of, command.key(), owner, command.node(),
					Micros.of(command.ttl()), Owners.released(owner), Owners.forced(owner));
			return rows.isEmpty() ? new Busy() : rows.get(0).result(owner);
		}
		catch (SQLException ex) {
			if (isLocked(ex) || isOvertaken(ex)) {
				return new Busy();
			}
			throw ex;
		}
	}

	@Override
	public Map<String, RenewResult> renew(Sql sql, List<RenewCommand> commands) throws SQLException {
		return RenewRow.results(query(sql, this.statements.renew(), RenewRow::of,
				commands.stream().map(RenewCommand::key).toArray(String[]::new),
				commands.stream().map(RenewCommand::owner).toArray(String[]::new),
				commands.stream().map((command) -> Micros.of(command.ttl())).toArray(Long[]::new)));
	}

	@Override
	public ReleaseResult release(Sql sql, ReleaseCommand command) throws SQLException {
		String owner = command.owner();
		RowWait wait = new RowWait();
		while (wait.goesOn()) {
			List<ReleaseRow> rows = query(sql, this.statements.release(), ReleaseRow::of, command.key(), owner,
					Owners.released(owner), Micros.of(command.minHold()));
			Optional<ReleaseResult> result = ReleaseRow.result(rows, owner);
			if (result.isPresent()) {
				return result.get();
			}
		}
		throw wait.failure(command.key());
	}

	@Override
	public boolean forceRelease(Sql sql, String key) throws SQLException {
		RowWait wait = new RowWait();
		while (wait.goesOn()) {
			List<ReleaseRow> rows = query(sql, this.statements.forceRelease(), ReleaseRow::of, key, Owners.forced(""),
					Owners.released(""));
			if (rows.isEmpty() || !rows.get(0).inForce()) {
				return false;
			}
			if (rows.get(0).ended()) {
				return true;
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
		return sql.query(this.statements.held(), LockRow::of, keyPrefix, limit);
	}

	@Override
	public Optional<String> purge(Sql sql, String after, int rows, long retention) throws SQLException {
		Optional<String> last = sql
			.query(this.statements.purgeEnd(), (row) -> Optional.ofNullable(row.getString(1)), after, rows)
			.get(0);
		if (last.isPresent()) {
			sql.update(this.statements.purge(), after, last.get(), retention);
		}
		return last;
	}

	private <T> List<T> query(Sql sql, String statement, Sql.RowMapper<T> mapper, Object... parameters)
			throws SQLException {
		for (int attempt = 1;; attempt++) {
			try {
				return sql.query(statement, mapper, parameters);
			}
			catch (SQLException ex) {
				if (attempt == ATTEMPTS || !isOvertaken(ex)) {
					throw ex;
				}
			}
		}
	}

	/**
	 * The statements. Their parameters, in order:
	 *
	 * @param acquire key, owner, node, ttl, what the owner's two tombstones look like;
	 * returns the columns of {@link AcquireRow}, the granted row first
	 * @param renew arrays of keys, owners and ttls; returns the columns of
	 * {@link RenewRow}
	 * @param release key, owner, the owner's tombstone, minHold; returns the columns of
	 * {@link ReleaseRow}, the ended grant first
	 * @param forceRelease key, the start of the tombstone of a forced release, of any
	 * other release; returns the columns of {@link ReleaseRow}, the ended grant first
	 * @param find key; returns the columns of {@link LockRow}
	 * @param held prefix, limit; returns the columns of {@link LockRow}
	 * @param purgeEnd the key to start after, how many rows to look at; returns the last
	 * of their keys, null if there are none
	 * @param purge the key to start after, the last key, retention; deletes
	 */
	record Statements(String acquire, String renew, String release, String forceRelease, String find, String held,
			String purgeEnd, String purge) {
	}

}
