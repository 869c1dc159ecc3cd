package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;

import javax.sql.DataSource;

/**
 * Gives each step a connection of its own, in auto-commit at READ COMMITTED and writable,
 * so that no step becomes part of a caller's transaction. Thread-safe.
 */
final class Connections {

	private final DataSource dataSource;

	/** Half of the store timeout is for the connection, half for the statement. */
	private final Duration half;

	private volatile boolean readWriteCommittedByDefault;

	Connections(DataSource dataSource, Duration storeTimeout) {
		this.dataSource = SpringDataSources.withoutTransactions(dataSource);
		this.half = storeTimeout.dividedBy(2);
	}

	/**
	 * Does work on a connection. An interrupt is kept for later: pools and drivers would
	 * break off a release because of it.
	 * @param work the work
	 * @return what the work returned
	 * @throws SQLException if no connection was to be had or the work failed
	 */
	<T> T run(Work<T> work) throws SQLException {
		return run(work, this.half);
	}

	/**
	 * Does work on a connection that may be long in coming.
	 * @param work the work
	 * @param patience how old the request for a connection may be when it comes
	 * @return what the work returned
	 * @throws SQLException if no connection was to be had or the work failed
	 */
	<T> T run(Work<T> work, Duration patience) throws SQLException {
		boolean interrupted = Thread.interrupted();
		try {
			return borrowAndRun(work, patience);
		}
		catch (SQLException | RuntimeException ex) {
			interrupted |= isInterrupt(ex);
			throw ex;
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private <T> T borrowAndRun(Work<T> work, Duration patience) throws SQLException {
		long start = System.nanoTime();
		try (BorrowedConnection borrowed = new BorrowedConnection(connect())) {
			Duration waited = Duration.ofNanos(System.nanoTime() - start);
			if (waited.compareTo(patience) > 0) {
				throw new NoConnectionException(
						new SQLTimeoutException("Got a connection only after %d ms".formatted(waited.toMillis())));
			}
			borrowed.setNetworkTimeout(this.half);
			if (!this.readWriteCommittedByDefault) {
				this.readWriteCommittedByDefault = borrowed.setReadWriteCommitted();
			}
			borrowed.setAutoCommit();
			return work.run(new Sql(borrowed.connection()));
		}
	}

	private Connection connect() throws NoConnectionException {
		try {
			return this.dataSource.getConnection();
		}
		catch (SQLException | RuntimeException ex) {
			throw new NoConnectionException(ex);
		}
	}

	private static boolean isInterrupt(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof InterruptedException) {
				return true;
			}
		}
		return false;
	}

	/**
	 * What is done on a connection.
	 */
	@FunctionalInterface
	interface Work<T> {

		T run(Sql sql) throws SQLException;

	}

}
