package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/**
 * A transaction of an application on a connection of its own. Rolled back unless it was
 * committed.
 */
final class UserTransaction implements AutoCloseable {

	private final Connection connection;

	private UserTransaction(Connection connection) {
		this.connection = connection;
	}

	/**
	 * Begins a transaction with a query, so that it has a snapshot where there are
	 * snapshots.
	 */
	static UserTransaction begin(TestDatabase database, int isolation) throws SQLException {
		UserTransaction transaction = notYetBegun(database, isolation);
		transaction.execute("select 1 from distributed_lock where lock_key = 'nobody''s'");
		return transaction;
	}

	/**
	 * Opens a transaction that begins with its first statement.
	 */
	static UserTransaction notYetBegun(TestDatabase database, int isolation) throws SQLException {
		Connection connection = database.dataSource().getConnection();
		connection.setTransactionIsolation(isolation);
		connection.setAutoCommit(false);
		return new UserTransaction(connection);
	}

	/**
	 * Guards the locks of the given keys, each with {@link #ownerOf} as its owner.
	 */
	GuardResult guard(JdbcLockStore store, String... keys) throws SQLException {
		return guard(store, Stream.of(keys).map((key) -> new CommitGuard.Grant(key, ownerOf(key))).toList());
	}

	GuardResult guard(JdbcLockStore store, List<CommitGuard.Grant> grants) throws SQLException {
		return store.commitGuard().guard(this.connection, grants);
	}

	static String ownerOf(String key) {
		return "owner of " + key;
	}

	void execute(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/**
	 * Returns the first column of a query's rows, as text.
	 */
	List<String> query(String sql) throws SQLException {
		return new Sql(this.connection).query(sql, (row) -> row.getString(1));
	}

	Connection connection() {
		return this.connection;
	}

	void commit() throws SQLException {
		this.connection.commit();
	}

	void rollback() throws SQLException {
		this.connection.rollback();
	}

	@Override
	public void close() throws SQLException {
		try (this.connection) {
			if (!this.connection.isClosed()) {
				this.connection.rollback();
			}
		}
	}

}
