package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * Makes sure that a transaction is committed under the locks it began under. Right before
 * the commit it locks their rows inside that transaction; until it ends, nobody can take
 * these locks over, not even after their leases have expired.
 * <p>
 * Others never wait for a guarded row: to them the lock is contended, and a renewal is
 * told that it is busy. The guard waits for a row that is being renewed, at most for two
 * fifths of the store timeout or for the session's own lock timeout, if that is shorter.
 * Guards lock rows in the order of their keys. Those of several transactions under one
 * grant do not wait for each other, except on H2.
 * <p>
 * A holder that freezes between guard and commit must not keep the lock for ever. On
 * PostgreSQL and MariaDB the server ends a transaction that was guarded and then sent
 * nothing for as long as the store timeout, on MariaDB rounded up to seconds. MySQL and
 * H2 have no such bound: there the lock stays taken until the connection breaks.
 * <p>
 * Guards at READ COMMITTED on PostgreSQL and H2, and at any isolation on MySQL and
 * MariaDB, but for REPEATABLE READ with {@code innodb_snapshot_isolation} on; not on
 * Oracle and SQL Server. Concerns one server: where several take writes (Galera, group
 * replication), the others do not see its row locks. Thread-safe.
 */
public final class CommitGuard {

	private final RowGuard rows;

	private final Duration timeout;

	/**
	 * Creates an instance.
	 * @param rows how the database guards
	 * @param timeout how long the statements of a guard may run; zero for no bound
	 */
	CommitGuard(RowGuard rows, Duration timeout) {
		this.rows = rows;
		this.timeout = timeout;
	}

	/**
	 * Locks the rows of grants until the caller's transaction ends. To be called right
	 * before its commit. Takes one round trip; on MariaDB four, of which one comes after
	 * the transaction, or two if the session's idle timeouts are short enough already.
	 * <p>
	 * The user of the connection needs the right to update the table, and its session
	 * must find it by the configured name.
	 * @param connection where the caller's transaction runs: auto-commit off, not
	 * read-only
	 * @param grants at least one
	 * @return whether all are in force
	 * @throws SQLException if the database fails, or a row was locked by somebody else
	 * for too long; the caller then has to roll back
	 * @throws IllegalArgumentException if no grants are given or the connection is in
	 * auto-commit
	 */
	public GuardResult guard(Connection connection, List<Grant> grants) throws SQLException {
		if (grants.isEmpty()) {
			throw new IllegalArgumentException("No grants to guard: pass at least one");
		}
		if (connection.getAutoCommit()) {
			throw new IllegalArgumentException(
					"A connection in auto-commit cannot be guarded: pass the one of the running transaction");
		}
		List<Grant> ordered = grants.stream().sorted(Comparator.comparing(Grant::key)).toList();
		return this.rows.lock(new Sql(connection).within(this.timeout), ordered);
	}

	/**
	 * A grant of a lock.
	 *
	 * @param key the key, with the configured prefix
	 * @param owner the owner token it was acquired with
	 */
	public record Grant(String key, String owner) {
	}

}
