package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that is given back as it was. Giving back never fails: by then the step's
 * result is known.
 */
final class BorrowedConnection implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(BorrowedConnection.class);

	private final Connection connection;

	private boolean autoCommitChanged;

	private int isolationBefore = Connection.TRANSACTION_READ_COMMITTED;

	BorrowedConnection(Connection connection) {
		this.connection = connection;
	}

	Connection connection() {
		return this.connection;
	}

	void setAutoCommit() throws SQLException {
		if (!this.connection.getAutoCommit()) {
			this.connection.setAutoCommit(true);
			this.autoCommitChanged = true;
		}
	}

	/**
	 * Sets the isolation level to READ COMMITTED.
	 * @return whether it was already
	 */
	boolean setReadCommitted() throws SQLException {
		int before = this.connection.getTransactionIsolation();
		if (before == Connection.TRANSACTION_READ_COMMITTED) {
			return true;
		}
		this.connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
		this.isolationBefore = before;
		return false;
	}

	@Override
	public void close() {
		try (this.connection) {
			if (this.isolationBefore != Connection.TRANSACTION_READ_COMMITTED) {
				this.connection.setTransactionIsolation(this.isolationBefore);
			}
			if (this.autoCommitChanged) {
				this.connection.setAutoCommit(false);
			}
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("Could not give back a connection", ex);
		}
	}

}
