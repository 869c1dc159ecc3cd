package io.distributedlock.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoredLock;

/**
 * The statements of one kind of database. Each step commits by itself (auto-commit) and
 * uses the database's clock. For acquire and renew a locked row is a result, which they
 * do not wait for, never an exception. Release and forced release wait for it for a
 * moment, then fail: they have no result that says busy. Stateless but for the table's
 * name.
 */
interface Dialect {

	/**
	 * Returns where the script that creates the table is.
	 * @return a classpath location
	 */
	String scriptLocation();

	/**
	 * Checks at start that the table has the columns and that they tell keys apart.
	 * @param sql runs statements
	 * @return what the user should be warned of
	 * @throws SQLException if the database fails, also if the table is missing
	 */
	List<String> check(Sql sql) throws SQLException;

	boolean isMissingTable(SQLException failure);

	/**
	 * Creates the store; one that can do more where the database can.
	 * @param steps runs its steps
	 * @param config what it was asked to be
	 * @return the store
	 */
	default JdbcLockStore newStore(Steps steps, JdbcLockStoreConfig config) {
		return new JdbcLockStore(steps, this, config);
	}

	/**
	 * Returns how long the statements of a step may run before they are cancelled.
	 * @param bound what the store timeout leaves for them
	 * @return the bound; zero for none, if the driver must not cancel
	 */
	default Duration stepTimeout(Duration bound) {
		return bound;
	}

	/**
	 * Returns how rows are locked in the transactions of others.
	 * @param config the table and the store timeout
	 * @return by default not at all
	 */
	default RowGuard rowGuard(JdbcLockStoreConfig config) {
		return RowGuard.NONE;
	}

	/**
	 * Fails if the table is not there, or the database is known to grant no locks.
	 * @param sql runs statements
	 * @param table the name of the table
	 * @throws SQLException why
	 */
	default void probe(Sql sql, String table) throws SQLException {
		sql.query("SELECT 1 FROM " + table + " WHERE 1 = 0", (row) -> row);
	}

	AcquireResult tryAcquire(Sql sql, AcquireCommand command) throws SQLException;

	/**
	 * Renews grants.
	 * @param sql runs statements
	 * @param commands in the order of their keys, at most a few hundred
	 * @return the results by owner; owners not in it are refused
	 * @throws SQLException if the database fails
	 */
	Map<String, RenewResult> renew(Sql sql, List<RenewCommand> commands) throws SQLException;

	ReleaseResult release(Sql sql, ReleaseCommand command) throws SQLException;

	boolean forceRelease(Sql sql, String key) throws SQLException;

	Optional<StoredLock> find(Sql sql, String key) throws SQLException;

	List<StoredLock> held(Sql sql, String keyPrefix, int limit) throws SQLException;

	/**
	 * Looks at some rows in the order of their keys and deletes those whose grant ended,
	 * and whose token was issued, longer ago than the retention. Leaves out locked rows;
	 * a row that is acquired meanwhile stays.
	 * @param sql runs statements
	 * @param after the key to start after
	 * @param rows how many rows to look at
	 * @param retention microseconds
	 * @return the last key it looked at, empty at the end of the table
	 * @throws SQLException if the database fails
	 */
	Optional<String> purge(Sql sql, String after, int rows, long retention) throws SQLException;

}
