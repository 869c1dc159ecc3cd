package io.distributedlock.autoconfigure.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

import javax.sql.DataSource;

import io.distributedlock.LockStoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Which script a database gets, by what its driver says of it.
 */
class LockSchemaPlatformTests {

	private final DataSource dataSource = mock();

	private final JdbcLockProperties properties = new JdbcLockProperties();

	@ParameterizedTest
	@CsvSource({ "MariaDB, 11.4.5-MariaDB, mariadb", "MySQL, 11.4.5-MariaDB, mariadb",
			"MySQL, 5.5.5-10.6.18-MariaDB-log, mariadb", "MySQL, 9.7.4-2, mysql", "PostgreSQL, 18.6, postgresql",
			"H2, 2.4.240 (2025-09-22), h2" })
	void eachDatabaseHasItsScript(String product, String version, String platform) throws SQLException {
		answer(product, version);
		assertThat(LockSchemaInitializer.schemaLocations(this.dataSource, this.properties)).singleElement()
			.satisfies((location) -> {
				assertThat(location).endsWith("schema-" + platform + ".sql");
				assertThat(new DefaultResourceLoader().getResource(location.replace("optional:", "")).exists())
					.isTrue();
			});
	}

	@Test
	void aConfiguredPlatformIsNotDoubted() throws SQLException {
		answer("MySQL", "11.4.5-MariaDB");
		this.properties.setPlatform("mysql");
		assertThat(LockSchemaInitializer.schemaLocations(this.dataSource, this.properties)).singleElement()
			.asString()
			.endsWith("schema-mysql.sql");
	}

	@Test
	void aDatabaseThatDoesNotAnswerIsAStoreThatFailed() throws SQLException {
		given(this.dataSource.getConnection()).willThrow(new SQLException("down"));
		assertThatExceptionOfType(LockStoreException.class)
			.isThrownBy(() -> LockSchemaInitializer.schemaLocations(this.dataSource, this.properties))
			.withMessageContaining("the database does not tell of what kind it is");
	}

	private void answer(String product, String version) throws SQLException {
		Connection connection = mock();
		DatabaseMetaData metaData = mock();
		given(this.dataSource.getConnection()).willReturn(connection);
		given(connection.getMetaData()).willReturn(metaData);
		given(metaData.getDatabaseProductName()).willReturn(product);
		given(metaData.getDatabaseProductVersion()).willReturn(version);
	}

}
