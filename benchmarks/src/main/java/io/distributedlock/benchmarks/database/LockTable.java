package io.distributedlock.benchmarks.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;

import javax.sql.DataSource;

import io.distributedlock.jdbc.JdbcLockStore;
import io.distributedlock.jdbc.JdbcLockStoreConfig;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * A lock table made by the schema script that users get.
 *
 * @param dataSource where it is
 * @param name its name
 */
public record LockTable(DataSource dataSource, String name) {

	private static final int ROWS_PER_INSERT = 1_000;

	private static final String COLUMNS = "lock_key, owner, node, fencing_token, acquired_at, expires_at";

	/**
	 * Creates the table under its usual name.
	 * @param dataSource where
	 * @param kind the kind of database that is
	 * @return the table
	 */
	public static LockTable create(DataSource dataSource, DatabaseKind kind) {
		return create(dataSource, kind, JdbcLockStoreConfig.DEFAULT_TABLE_NAME);
	}

	/**
	 * Creates the table.
	 * @param dataSource where
	 * @param kind the kind of database that is
	 * @param name the table's name
	 * @return the table
	 */
	public static LockTable create(DataSource dataSource, DatabaseKind kind, String name) {
		Resource script = new ClassPathResource("io/distributedlock/jdbc/schema-%s.sql".formatted(kind.platform()));
		try {
			String text = script.getContentAsString(StandardCharsets.UTF_8)
				.replace(JdbcLockStoreConfig.DEFAULT_TABLE_NAME, name);
			new ResourceDatabasePopulator(new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8)))
				.execute(dataSource);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return new LockTable(dataSource, name);
	}

	/**
	 * Opens a store on this table.
	 * @return the store, with standard settings
	 */
	public JdbcLockStore store() {
		return JdbcLockStore.open(JdbcLockStoreConfig.of(this.dataSource).withTableName(this.name));
	}

	/**
	 * Empties the table.
	 * @throws SQLException if the database fails
	 */
	public void clear() throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				PreparedStatement statement = connection.prepareStatement("truncate table " + this.name)) {
			statement.execute();
		}
	}

	/**
	 * Inserts locks that were released long ago.
	 * @param keyPrefix what the keys start with; a number from zero follows
	 * @param rows how many
	 * @param age how long ago they were granted
	 * @throws SQLException if the database fails
	 */
	public void insertReleased(String keyPrefix, int rows, Duration age) throws SQLException {
		long token = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now().minus(age));
		for (int from = 0; from < rows; from += ROWS_PER_INSERT) {
			insert(keyPrefix, from, Math.min(ROWS_PER_INSERT, rows - from), token);
		}
	}

	private void insert(String keyPrefix, int from, int rows, long token) throws SQLException {
		String row = "(?, 'released:%s', 'benchmark', %d, %d, 0)".formatted("0".repeat(36), token, token);
		String rowList = String.join(", ", Collections.nCopies(rows, row));
		try (Connection connection = this.dataSource.getConnection();
				PreparedStatement statement = connection
					.prepareStatement("insert into %s (%s) values %s".formatted(this.name, COLUMNS, rowList))) {
			for (int i = 0; i < rows; i++) {
				statement.setString(i + 1, keyPrefix + (from + i));
			}
			statement.executeUpdate();
		}
	}

}
