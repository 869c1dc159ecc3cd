package io.distributedlock.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Busy;

/**
 * The table of the nodes that wait, in PostgreSQL. A release wakes the first of them by a
 * notification on its channel.
 */
final class PostgresQueue {

	private final String table;

	private final PostgresQueueStatements statements;

	PostgresQueue(String lockTable) {
		this.table = LockTable.waiters(lockTable);
		this.statements = PostgresQueueStatements.of(lockTable);
	}

	boolean exists(Sql sql) throws SQLException {
		return sql.query(this.statements.exists(), (row) -> row.getBoolean(1), this.table).contains(true);
	}

	void check(Sql sql) throws SQLException {
		sql.query(this.statements.check(), ResultSet::getRow);
	}

	/**
	 * Takes the lock for a node that is not in the queue, unless it is kept for another.
	 */
	AcquireResult tryAcquire(Sql sql, AcquireCommand command, String channel) throws SQLException {
		return attempt(sql, this.statements.acquire(), command, channel).result();
	}

	/**
	 * Takes the lock or queues for it.
	 * @param sql runs statements
	 * @param command key, owner, node and ttl
	 * @param channel what the node listens to
	 * @param hurry how long the statement may take to be repeated if need be
	 * @return the grant, or who holds the lock
	 * @throws SQLException if the database fails
	 */
	AcquireResult tryAcquireOrQueue(Sql sql, AcquireCommand command, String channel, Duration hurry)
			throws SQLException {
		long start = System.nanoTime();
		Attempt attempt = attempt(sql, this.statements.acquireOrQueue(), command, channel);
		// A release at the same moment saw no row to wake, and this node saw no release.
		if (attempt.wroteRow() && System.nanoTime() - start < hurry.toNanos()) {
			return attempt(sql, this.statements.acquireOrQueue(), command, channel).result();
		}
		return attempt.result();
	}

	private static Attempt attempt(Sql sql, String statement, AcquireCommand command, String channel)
			throws SQLException {
		String owner = command.owner();
		try {
			return sql
				.query(statement, (row) -> Attempt.of(row, owner), command.key(), owner, command.node(),
						Micros.of(command.ttl()), Owners.released(owner), Owners.forced(owner), channel)
				.stream()
				.findFirst()
				.orElseGet(() -> new Attempt(new Busy(), true));
		}
		catch (SQLException ex) {
			if (PostgresDialect.wasOvertaken(ex)) {
				return new Attempt(new Busy(), false);
			}
			throw ex;
		}
	}

	void leave(Sql sql, String key, String node) throws SQLException {
		sql.update(this.statements.leave(), key, node);
	}

	/**
	 * Deletes the nodes that waited for any key and are gone.
	 */
	void forgetSilent(Sql sql) throws SQLException {
		sql.update(this.statements.forgetSilent());
	}

	/**
	 * What came of an attempt, and whether it wrote the node's row.
	 */
	private record Attempt(AcquireResult result, boolean wroteRow) {

		static Attempt of(ResultSet row, String owner) throws SQLException {
			return new Attempt(AcquireRow.of(row).result(owner), row.getBoolean(8));
		}

	}

}
