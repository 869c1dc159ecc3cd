package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs statements on one connection.
 */
final class Sql {

	private final Connection connection;

	private final int timeout;

	/**
	 * Creates an instance without a bound for statements.
	 */
	Sql(Connection connection) {
		this(connection, 0);
	}

	private Sql(Connection connection, int timeout) {
		this.connection = connection;
		this.timeout = timeout;
	}

	/**
	 * Returns an instance whose statements are cancelled after some time.
	 * @param timeout zero for no bound; rounded down to seconds, at least one
	 * @return the instance
	 */
	Sql within(Duration timeout) {
		return new Sql(this.connection, timeout.isZero() ? 0 : (int) Math.max(1, timeout.toSeconds()));
	}

	DatabaseMetaData database() throws SQLException {
		return this.connection.getMetaData();
	}

	<T> List<T> query(String sql, RowMapper<T> mapper, Object... parameters) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			prepare(statement, parameters);
			List<T> rows = new ArrayList<>();
			try (ResultSet result = statement.executeQuery()) {
				while (result.next()) {
					rows.add(mapper.map(result));
				}
			}
			return rows;
		}
	}

	/**
	 * Changes rows.
	 * @return how many
	 */
	int update(String sql, Object... parameters) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			prepare(statement, parameters);
			return statement.executeUpdate();
		}
	}

	/**
	 * Changes rows with a statement that may set LAST_INSERT_ID.
	 * @return how many, and what it set
	 */
	Change change(String sql, Object... parameters) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
			prepare(statement, parameters);
			int rows = statement.executeUpdate();
			try (ResultSet keys = statement.getGeneratedKeys()) {
				return new Change(rows, keys.next() ? keys.getLong(1) : 0);
			}
		}
	}

	private void prepare(PreparedStatement statement, Object... parameters) throws SQLException {
		if (this.timeout > 0) {
			statement.setQueryTimeout(this.timeout);
		}
		for (int i = 0; i < parameters.length; i++) {
			statement.setObject(i + 1, parameters[i]);
		}
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

}
