package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that is given back as it was. Giving back never fails: by then the step's
 * result is known.
 */
final class BorrowedConnection implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(BorrowedConnection.class);

	private final Connection connection;

	private final Deque<Undo> undos = new ArrayDeque<>();

	BorrowedConnection(Connection connection) {
		this.connection = connection;
	}

	Connection connection() {
		return this.connection;
	}

	void setAutoCommit() throws SQLException {
		if (!this.connection.getAutoCommit()) {
			this.connection.setAutoCommit(true);
			this.undos.push(() -> this.connection.setAutoCommit(false));
		}
	}

	/**
	 * Makes the connection writable, at READ COMMITTED.
	 * @return whether it was so already
	 */
	boolean setReadWriteCommitted() throws SQLException {
		int isolation = this.connection.getTransactionIsolation();
		if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
			this.connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			this.undos.push(() -> this.connection.setTransactionIsolation(isolation));
		}
		boolean readOnly = this.connection.isReadOnly();
		if (readOnly) {
			this.connection.setReadOnly(false);
			this.undos.push(() -> this.connection.setReadOnly(true));
		}
		return isolation == Connection.TRANSACTION_READ_COMMITTED && !readOnly;
	}

	/**
	 * Bounds how long the driver waits for the server, if the driver can.
	 */
	void setNetworkTimeout(Duration timeout) throws SQLException {
		try {
			int before = this.connection.getNetworkTimeout();
			this.connection.setNetworkTimeout(Runnable::run, (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE));
			this.undos.push(() -> this.connection.setNetworkTimeout(Runnable::run, before));
		}
		catch (SQLFeatureNotSupportedException | AbstractMethodError ex) {
			logger.trace("The driver has no network timeout", ex);
		}
	}

	@Override
	public void close() {
		try (this.connection) {
			for (Undo undo : this.undos) {
				undo.run();
			}
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("Could not give back a connection", ex);
		}
	}

	/**
	 * Takes a change back.
	 */
	@FunctionalInterface
	private interface Undo {

		void run() throws SQLException;

	}

}
