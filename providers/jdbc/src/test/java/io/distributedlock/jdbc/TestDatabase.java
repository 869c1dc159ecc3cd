package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.function.UnaryOperator;

import com.zaxxer.hikari.HikariDataSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * A database with a pool, and with the lock table if asked.
 */
public final class TestDatabase implements AutoCloseable {

	private final HikariDataSource dataSource;

	private String platform = "";

	private Runnable afterClose = () -> {
	};

	private TestDatabase(String url, String user, String password) {
		HikariDataSource config = new HikariDataSource();
		config.setJdbcUrl(url);
		config.setUsername(user);
		config.setPassword(password);
		config.setMaximumPoolSize(16);
		config.setMinimumIdle(0);
		config.setConnectionTimeout(1500);
		config.setValidationTimeout(1000);
		this.dataSource = config;
	}

	/** An H2 database in memory. */
	public static TestDatabase inMemory() {
		return inMemory("");
	}

	public static TestDatabase inMemory(String settings) {
		return at(memoryUrl() + settings);
	}

	/** An H2 database. */
	static TestDatabase at(String url) {
		return withoutTable(url).withTable("h2");
	}

	public static TestDatabase withoutTable(String url) {
		return of(url, "sa", "");
	}

	public static String memoryUrl() {
		return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
	}

	/** Any database, which need not answer yet. */
	public static TestDatabase of(String url, String user, String password) {
		return new TestDatabase(url, user, password);
	}

	/**
	 * Runs the schema script of a platform.
	 */
	TestDatabase withTable(String platform) {
		String script = "io/distributedlock/jdbc/schema-%s.sql".formatted(platform);
		new ResourceDatabasePopulator(new ClassPathResource(script)).execute(this.dataSource);
		this.platform = platform;
		return this;
	}

	TestDatabase afterClose(Runnable afterClose) {
		this.afterClose = afterClose;
		return this;
	}

	void dropTable() {
		execute("drop table distributed_lock");
	}

	void createTableAgain() {
		withTable(this.platform);
	}

	/**
	 * Opens another pool to the same database, whose URL differs.
	 */
	public TestDatabase at(UnaryOperator<String> change) {
		return of(change.apply(this.dataSource.getJdbcUrl()), this.dataSource.getUsername(),
				this.dataSource.getPassword());
	}

	public HikariDataSource dataSource() {
		return this.dataSource;
	}

	JdbcLockStore store() {
		return JdbcLockStore.open(JdbcLockStoreConfig.of(this.dataSource).withStoreTimeout(Duration.ofSeconds(3)));
	}

	public void execute(String sql) {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Opens a transaction that has run a statement; the caller ends it.
	 */
	Connection transaction(String sql) {
		try {
			Connection connection = this.dataSource.getConnection();
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.execute(sql);
			}
			return connection;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Returns a number from the lock table's only row.
	 */
	long number(String column) {
		return query("select " + column + " from distributed_lock");
	}

	/**
	 * Returns the number that a query selects.
	 */
	public long query(String sql) {
		return Long.parseLong(text(sql));
	}

	/**
	 * Returns the value that a query selects.
	 */
	public String text(String sql) {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(sql)) {
			if (!result.next()) {
				throw new IllegalStateException("No row");
			}
			return String.valueOf(result.getString(1));
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Opens another pool, whose connections begin with the given statement.
	 */
	public TestDatabase sessionsWith(String sql) {
		TestDatabase other = at((url) -> url);
		other.dataSource.setConnectionInitSql(sql);
		return other;
	}

	@Override
	public void close() {
		this.dataSource.close();
		this.afterClose.run();
	}

}
