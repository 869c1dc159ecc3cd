package io.distributedlock.autoconfigure.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentCaptor;

import org.springframework.boot.sql.init.DatabaseInitializationMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

class LockSchemaInitializerTests {

	@Test
	void createsTheTablesOfTheScript() throws SQLException {
		assertThat(tablesCreated("distributed_lock")).containsExactly("distributed_lock", "distributed_lock_waiter");
	}

	@ParameterizedTest
	@ValueSource(strings = { "my_locks", "locks.mutex", "locks.distributed_lock", "distributed_lock_2" })
	void renamesAllTablesOfTheScriptAlike(String tableName) throws SQLException {
		assertThat(tablesCreated(tableName)).containsExactly(tableName, tableName + "_waiter");
	}

	private static List<String> tablesCreated(String tableName) throws SQLException {
		JdbcLockProperties properties = new JdbcLockProperties();
		properties.setTableName(tableName);
		properties.setPlatform("postgresql");
		properties.setInitializeSchema(DatabaseInitializationMode.ALWAYS);
		Statement statement = mock();
		Connection connection = mock();
		DataSource dataSource = mock();
		given(dataSource.getConnection()).willReturn(connection);
		given(connection.createStatement()).willReturn(statement);
		given(statement.getUpdateCount()).willReturn(-1);
		new LockSchemaInitializer(dataSource, properties).initializeDatabase();
		ArgumentCaptor<String> executed = ArgumentCaptor.captor();
		verify(statement, atLeastOnce()).execute(executed.capture());
		return executed.getAllValues()
			.stream()
			.map((sql) -> sql.replaceFirst("create (unlogged )?table if not exists ([^ ]+) [\\s\\S]*", "$2"))
			.toList();
	}

}
