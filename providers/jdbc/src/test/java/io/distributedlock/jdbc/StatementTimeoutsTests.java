package io.distributedlock.jdbc;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(60)
class StatementTimeoutsTests {

	private static final String LONG = "SELECT 1 FROM pg_sleep(300)";

	private static final Duration SHORT = Duration.ofMillis(1);

	private final TestDatabase database = PostgresServer.shared().newEmptyDatabase();

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void aStatementThatRunsTooLongIsCancelledAtTheServer() throws SQLException {
		try (Connection connection = this.database.dataSource().getConnection()) {
			Sql sql = new Sql(connection).within(Duration.ofMillis(100));
			assertThatThrownBy(() -> sql.query(LONG, (row) -> row.getInt(1))).isInstanceOfSatisfying(SQLException.class,
					(ex) -> assertThat(ex.getSQLState()).isEqualTo("57014"));
			assertThat(new Sql(connection).query("SELECT 1", (row) -> row.getInt(1))).as("the next statement")
				.containsExactly(1);
		}
	}

	@Test
	void theStatementsOfAStepHaveOneTimeTogether() throws SQLException {
		try (Connection connection = this.database.dataSource().getConnection()) {
			Sql sql = new Sql(connection).within(Duration.ofMillis(200));
			assertThatThrownBy(() -> {
				for (int i = 0; i < 100; i++) {
					sql.query("SELECT 1 FROM pg_sleep(0.05)", (row) -> row.getInt(1));
				}
			}).isInstanceOf(SQLTimeoutException.class);
		}
	}

	@Test
	void whatFollowsACancelledStatementOnItsConnectionIsNotHit() throws SQLException {
		try (Connection connection = this.database.dataSource().getConnection()) {
			for (int i = 0; i < 30; i++) {
				Sql brief = new Sql(connection).within(Duration.ofMillis(40));
				try {
					brief.query("SELECT 1 FROM pg_sleep(0.05)", (row) -> row.getInt(1));
				}
				catch (SQLTimeoutException expected) {
					// that one is; the next one must not be
				}
				assertThat(new Sql(connection).query("SELECT 1 FROM pg_sleep(0.02)", (row) -> row.getInt(1)))
					.containsExactly(1);
			}
		}
	}

	@Test
	void aCancellationThatHangsBreaksTheConnectionOff() throws SQLException {
		StatementTimeouts timeouts = new StatementTimeouts(SHORT, Duration.ofMinutes(1));
		CountDownLatch cancelling = new CountDownLatch(1);
		CountDownLatch over = new CountDownLatch(1);
		try (Connection connection = this.database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			Statement hanging = (Statement) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { Statement.class }, (proxy, method, arguments) -> {
						if (method.getName().equals("getConnection")) {
							return connection;
						}
						cancelling.countDown();
						over.await(30, TimeUnit.SECONDS);
						return null;
					});
			StatementTimeouts.Running running = timeouts.start(hanging, SHORT);
			assertThat(cancelling.await(10, TimeUnit.SECONDS)).isTrue();
			running.close();
			assertThatThrownBy(() -> statement.execute("SELECT 1")).isInstanceOf(SQLException.class);
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
		finally {
			over.countDown();
		}
	}

	@Test
	void aStatementThatHasEndedIsNotCancelled() throws SQLException {
		StatementTimeouts timeouts = new StatementTimeouts(SHORT, Duration.ofMinutes(1));
		try (Connection connection = this.database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			timeouts.start(statement, Duration.ofMillis(20)).close();
			assertThat(statement.execute("SELECT 1 FROM pg_sleep(0.2)")).isTrue();
		}
	}

	@Test
	void theThreadEndsAfterARestAndStartsAgain() throws SQLException {
		StatementTimeouts timeouts = new StatementTimeouts(SHORT, SHORT);
		try (Connection connection = this.database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			timeouts.start(statement, Duration.ofMinutes(1)).close();
			while (timeouts.isWatching()) {
				LockSupport.parkNanos(SHORT.toNanos());
			}
			try (StatementTimeouts.Running running = timeouts.start(statement, SHORT)) {
				assertThatThrownBy(() -> statement.execute(LONG)).isInstanceOf(SQLException.class);
			}
		}
	}

}
