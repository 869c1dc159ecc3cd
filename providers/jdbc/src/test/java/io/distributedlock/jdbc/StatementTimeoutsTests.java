package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
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
			assertThat(sql.query("SELECT 1", (row) -> row.getInt(1))).as("the next statement").containsExactly(1);
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
