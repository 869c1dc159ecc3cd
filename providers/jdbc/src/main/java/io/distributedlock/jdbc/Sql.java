package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs statements on one connection, each with a timeout.
 */
final class Sql {

	private static final Logger logger = LoggerFactory.getLogger(Sql.class);

	private final Connection connection;

	private final int timeoutSeconds;

	Sql(Connection connection, Duration timeout) {
		this.connection = connection;
		this.timeoutSeconds = (int) Math.min(Integer.MAX_VALUE, timeout.plusNanos(999_999_999).toSeconds());
	}

	DatabaseMetaData database() throws SQLException {
		return this.connection.getMetaData();
	}

	<T> List<T> query(String sql, RowMapper<T> mapper, Object... parameters) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			int timeoutBefore = statement.getQueryTimeout();
			if (timeoutBefore > 0 && timeoutBefore <= this.timeoutSeconds) {
				return query(statement, mapper, parameters);
			}
			statement.setQueryTimeout(this.timeoutSeconds);
			try {
				return query(statement, mapper, parameters);
			}
			finally {
				restoreTimeout(statement, timeoutBefore);
			}
		}
	}

	private static <T> List<T> query(PreparedStatement statement, RowMapper<T> mapper, Object... parameters)
			throws SQLException {
		for (int i = 0; i < parameters.length; i++) {
			statement.setObject(i + 1, parameters[i]);
		}
		List<T> rows = new ArrayList<>();
		try (ResultSet result = statement.executeQuery()) {
			while (result.next()) {
				rows.add(mapper.map(result));
			}
		}
		return rows;
	}

	// H2's timeout belongs to the connection, which goes back to its pool.
	private static void restoreTimeout(PreparedStatement statement, int timeout) {
		try {
			statement.setQueryTimeout(timeout);
		}
		catch (SQLException ex) {
			logger.debug("Could not restore the query timeout of a connection", ex);
		}
	}

	/**
	 * Reads the row at which the result stands.
	 */
	@FunctionalInterface
	interface RowMapper<T> {

		T map(ResultSet row) throws SQLException;

	}

}
