package io.distributedlock.benchmarks.recording;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * A recorded statement, sent again by plain JDBC with another key and owner.
 */
public final class Replay {

	/** The key to record with. */
	public static final String KEY = "recorded-key";

	/** The owner to record with. */
	public static final String OWNER = "recorded-owner";

	private final RecordedStatement statement;

	private Replay(RecordedStatement statement) {
		this.statement = statement;
	}

	/**
	 * Takes what a step has sent for {@link #KEY} and {@link #OWNER}.
	 * @param statements the recorded statements, cleared
	 * @return the statement
	 * @throws IllegalStateException if there is not exactly one
	 */
	public static Replay takeOnlyOne(List<RecordedStatement> statements) {
		if (statements.size() != 1) {
			throw new IllegalStateException("Only a step of one statement can be replayed, not " + statements);
		}
		return new Replay(statements.remove(0));
	}

	/**
	 * Sends the statement and reads the whole result.
	 * @param dataSource where to
	 * @param key in place of the recorded key
	 * @param owner in place of the recorded owner
	 * @return the first column of the first row, null if there is no row
	 * @throws SQLException if the database fails
	 */
	public @Nullable Object send(DataSource dataSource, String key, String owner) throws SQLException {
		try (Connection connection = dataSource.getConnection();
				PreparedStatement prepared = connection.prepareStatement(this.statement.sql())) {
			int index = 1;
			for (Object parameter : this.statement.parameters()) {
				prepared.setObject(index++,
						(parameter instanceof String text) ? text.replace(KEY, key).replace(OWNER, owner) : parameter);
			}
			try (ResultSet rows = prepared.executeQuery()) {
				return readAll(rows);
			}
		}
	}

	private static @Nullable Object readAll(ResultSet rows) throws SQLException {
		int columns = rows.getMetaData().getColumnCount();
		Object first = null;
		while (rows.next()) {
			for (int column = 1; column <= columns; column++) {
				Object value = rows.getObject(column);
				first = (first != null) ? first : value;
			}
		}
		return first;
	}

}
