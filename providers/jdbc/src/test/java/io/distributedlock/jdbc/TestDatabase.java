package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/**
 * A database with a pool, and with the lock table unless asked otherwise.
 */
final class TestDatabase implements AutoCloseable {

	private static final String SCRIPT = "classpath:io/distributedlock/jdbc/schema-h2.sql";

	private final HikariDataSource dataSource;

	private TestDatabase(String url) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(url);
		config.setUsername("sa");
		config.setPassword("");
		config.setMaximumPoolSize(16);
		config.setMinimumIdle(0);
		config.setConnectionTimeout(2000);
		this.dataSource = new HikariDataSource(config);
	}

	static TestDatabase inMemory() {
		return inMemory("");
	}

	static TestDatabase inMemory(String settings) {
		return at(memoryUrl() + settings);
	}

	static TestDatabase at(String url) {
		TestDatabase database = withoutTable(url);
		database.execute("RUNSCRIPT FROM '" + SCRIPT + "'");
		return database;
	}

	static TestDatabase withoutTable(String url) {
		return new TestDatabase(url);
	}

	static String memoryUrl() {
		return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
	}

	HikariDataSource dataSource() {
		return this.dataSource;
	}

	JdbcLockStore store() {
		return new JdbcLockStore(JdbcLockStoreConfig.of(this.dataSource).withStoreTimeout(Duration.ofSeconds(3)));
	}

	void execute(String sql) {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Returns a number from the lock table's only row.
	 */
	long number(String column) {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("select " + column + " from distributed_lock")) {
			if (!result.next()) {
				throw new IllegalStateException("No row");
			}
			return result.getLong(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Opens another pool, whose connections begin with the given statement.
	 */
	TestDatabase sessionsWith(String sql) {
		return new TestDatabase(this.dataSource.getJdbcUrl() + ";INIT=" + sql);
	}

	@Override
	public void close() {
		this.dataSource.close();
	}

}
