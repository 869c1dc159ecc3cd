package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs statements on one connection.
 */
final class Sql {

	private static final Logger logger = LoggerFactory.getLogger(Sql.class);

	private final Connection connection;

	private final @Nullable Long deadline;

	/**
	 * Creates an instance without a bound for statements.
	 */
	Sql(Connection connection) {
		this(connection, null);
	}

	private Sql(Connection connection, @Nullable Long deadline) {
		this.connection = connection;
		this.deadline = deadline;
	}

	/**
	 * Returns an instance whose statements, all together, end within some time from now:
	 * then the one that runs is cancelled.
	 * @param timeout zero for no bound
	 * @return the instance
	 */
	Sql within(Duration timeout) {
		return new Sql(this.connection, timeout.isZero() ? null : System.nanoTime() + timeout.toNanos());
	}

	DatabaseMetaData database() throws SQLException {
		return this.connection.getMetaData();
	}

	/**
	 * Returns the isolation of the connection's transaction. A round trip with some
	 * drivers.
	 */
	int isolation() throws SQLException {
		return this.connection.getTransactionIsolation();
	}

	/**
	 * Breaks the connection off.
	 */
	void abort() {
		try {
			this.connection.abort(Runnable::run);
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("Could not break a connection off", ex);
		}
	}

	<T> List<T> query(String sql, RowMapper<T> mapper, Object... parameters) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			setParameters(statement, parameters);
			return run(statement, () -> readAll(statement, mapper));
		}
	}

	/**
	 * Changes rows.
	 * @return how many
	 */
	int update(String sql, Object... parameters) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			setParameters(statement, parameters);
			return run(statement, statement::executeUpdate);
		}
	}

	/**
	 * Changes rows with a statement that may set LAST_INSERT_ID.
	 * @return how many, and what it set
	 */
	Change change(String sql, Object... parameters) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
			setParameters(statement, parameters);
			int rows = run(statement, statement::executeUpdate);
			try (ResultSet keys = statement.getGeneratedKeys()) {
				return new Change(rows, keys.next() ? keys.getLong(1) : 0);
			}
		}
	}

	private static void setParameters(PreparedStatement statement, Object... parameters) throws SQLException {
		for (int i = 0; i < parameters.length; i++) {
			statement.setObject(i + 1, parameters[i]);
		}
	}

	private <T> T run(Statement statement, Execution<T> execution) throws SQLException {
		if (this.deadline == null) {
			return execution.run();
		}
		long left = this.deadline - System.nanoTime();
		if (left <= 0) {
			throw new SQLTimeoutException("No time was left for another statement");
		}
		try (StatementTimeouts.Running running = StatementTimeouts.shared().start(statement, Duration.ofNanos(left))) {
			return runOrTimeOut(running, execution);
		}
	}

	/** Drivers say in different ways that a statement was cancelled. */
	private static <T> T runOrTimeOut(StatementTimeouts.Running running, Execution<T> execution) throws SQLException {
		try {
			return execution.run();
		}
		catch (SQLException ex) {
			if (running.wasCancelled()) {
				throw new SQLTimeoutException(ex.getMessage(), ex.getSQLState(), ex.getErrorCode(), ex);
			}
			throw ex;
		}
	}

	private static <T> List<T> readAll(PreparedStatement statement, RowMapper<T> mapper) throws SQLException {
		List<T> rows = new ArrayList<>();
		try (ResultSet result = statement.executeQuery()) {
			while (result.next()) {
				rows.add(mapper.map(result));
			}
		}
		return rows;
	}

	/**
	 * What a statement changed.
	 *
	 * @param rows how many
	 * @param lastInsertId the number it gave to LAST_INSERT_ID; 0 if none
	 */
	record Change(int rows, long lastInsertId) {
	}

	/**
	 * Reads the row at which the result stands.
	 */
	@FunctionalInterface
	interface RowMapper<T> {

		T map(ResultSet row) throws SQLException;

	}

	/**
	 * Runs a statement.
	 */
	@FunctionalInterface
	private interface Execution<T> {

		T run() throws SQLException;

	}

}
