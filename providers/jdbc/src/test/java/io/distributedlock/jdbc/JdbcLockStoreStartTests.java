package io.distributedlock.jdbc;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

import io.distributedlock.LockStoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

class JdbcLockStoreStartTests {

	@Test
	void anUnknownDatabaseIsRefusedByName() {
		try (TestDatabase database = TestDatabase.inMemory()) {
			Recorder recorder = new Recorder(database.dataSource());
			recorder.answer("DatabaseMetaData.getDatabaseProductName", "Paradox");
			assertThatExceptionOfType(UnsupportedDatabaseException.class)
				.isThrownBy(() -> JdbcLockStore.open(JdbcLockStoreConfig.of(recorder.dataSource())))
				.withMessageContaining("does not support the database 'Paradox'")
				.withMessageContaining("jdbc:h2:mem:")
				.withMessageContaining("supported are H2");
		}
	}

	@Test
	void anOldH2IsRefused() {
		try (TestDatabase database = TestDatabase.inMemory()) {
			Recorder recorder = new Recorder(database.dataSource());
			recorder.answer("DatabaseMetaData.getDatabaseMinorVersion", 2);
			assertThatExceptionOfType(UnsupportedDatabaseException.class)
				.isThrownBy(() -> JdbcLockStore.open(JdbcLockStoreConfig.of(recorder.dataSource())))
				.withMessageContaining("needs H2 2.3 or newer");
		}
	}

	@Test
	void aMissingTableIsReportedWithTheWaysToCreateIt() {
		String url = TestDatabase.memoryUrl();
		try (TestDatabase database = TestDatabase.withoutTable(url)) {
			assertThatExceptionOfType(MissingLockTableException.class).isThrownBy(database::store)
				.withMessageContaining("no table distributed_lock in " + url.substring(0, url.indexOf(';')) + ":")
				.withMessageContaining("classpath:io/distributedlock/jdbc/schema-h2.sql,")
				.withMessageContaining("distributed-lock.jdbc.initialize-schema=always")
				.satisfies((ex) -> assertThat(ex.tableName()).isEqualTo("distributed_lock"))
				.satisfies(
						(ex) -> assertThat(getClass().getClassLoader().getResource(ex.scriptLocation())).isNotNull());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "locks", "nowhere.locks" })
	void aMissingTableOfAnotherNameIsReportedByThatName(String table) {
		try (TestDatabase database = TestDatabase.inMemory()) {
			JdbcLockStoreConfig config = JdbcLockStoreConfig.of(database.dataSource()).withTableName(table);
			assertThatExceptionOfType(MissingLockTableException.class).isThrownBy(() -> JdbcLockStore.open(config))
				.withMessageContaining("no table " + table + " in")
				.withMessageContaining("(with the name changed to " + table + ")");
		}
	}

	@Test
	void aTableOfAnotherSchemaIsUsed() {
		try (TestDatabase database = TestDatabase.inMemory()) {
			database.execute("create schema locks");
			database.execute("alter table distributed_lock rename to mutex");
			database.execute("create table locks.mutex as select * from mutex");
			database.execute("drop table mutex");
			JdbcLockStoreConfig config = JdbcLockStoreConfig.of(database.dataSource()).withTableName("Locks.mutex");
			assertThatNoException().isThrownBy(() -> JdbcLockStore.open(config).find("k"));
		}
	}

	@Test
	void aTableWithoutAColumnIsReported() {
		try (TestDatabase database = TestDatabase.inMemory()) {
			database.execute("alter table distributed_lock drop column node");
			assertThatExceptionOfType(LockStoreException.class).isThrownBy(database::store)
				.isNotInstanceOf(MissingLockTableException.class)
				.withMessageContaining("NODE")
				.withMessageContaining("Compare the table with the script");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { ";IGNORECASE=TRUE", ";COLLATION=ENGLISH STRENGTH PRIMARY" })
	void aDatabaseThatTakesKeysForTheSameIsRefused(String settings) {
		try (TestDatabase database = TestDatabase.inMemory(settings)) {
			assertThatExceptionOfType(LockStoreException.class).isThrownBy(database::store)
				.withMessageContaining("lock_key")
				.withMessageContaining("does not tell all keys apart");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a b", "locks;drop table users", "locks--", "\"locks\"", "a.b.c", ".locks",
			"locks.", "1locks", "löcks", "locks\n", "locks'", "locks)", "locks/**/" })
	void aTableNameThatIsNoIdentifierIsRefused(String table) {
		try (TestDatabase database = TestDatabase.inMemory()) {
			JdbcLockStoreConfig config = JdbcLockStoreConfig.of(database.dataSource());
			assertThatIllegalArgumentException().isThrownBy(() -> config.withTableName(table))
				.withMessageContaining("Lock table name '" + table + "' is not allowed");
		}
	}

	@Test
	void aTableNameLeavesRoomForTheTableOfWaitingNodes() {
		try (TestDatabase database = TestDatabase.inMemory()) {
			JdbcLockStoreConfig config = JdbcLockStoreConfig.of(database.dataSource());
			String longest = "l".repeat(56);
			assertThat(config.withTableName(longest).tableName()).isEqualTo(longest);
			assertThat(config.withTableName("s".repeat(63) + "." + longest).tableName()).endsWith(longest);
			assertThatIllegalArgumentException().isThrownBy(() -> config.withTableName(longest + "l"))
				.withMessageContaining("at most 56");
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1 })
	void aStoreTimeoutThatIsNotPositiveIsRefused(long millis) {
		try (TestDatabase database = TestDatabase.inMemory()) {
			JdbcLockStoreConfig config = JdbcLockStoreConfig.of(database.dataSource());
			assertThatIllegalArgumentException().isThrownBy(() -> config.withStoreTimeout(Duration.ofMillis(millis)))
				.withMessageContaining("is not positive");
		}
	}

	@Test
	void aDatabaseThatIsDownIsNamedWithoutCredentials() {
		try (TestServer server = new TestServer()) {
			String url = server.database().dataSource().getJdbcUrl();
			server.stop();
			assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> server.database().store())
				.withMessageContaining(
						"could not use " + url.substring(0, url.indexOf(';')) + " (table distributed_lock)")
				.withMessageContaining("Check that the database is up")
				.withCauseInstanceOf(SQLException.class);
		}
	}

	@Test
	void aFileThatIsWrittenWithDelayIsWarnedOfOnce() {
		String file = temporaryFile();
		try (TestDatabase database = TestDatabase.at(file); LogWatch log = new LogWatch(JdbcLockStore.class)) {
			JdbcLockStore store = database.store();
			store.find("k");
			assertThat(log.messagesWith(file.substring("jdbc:h2:file:".length()))).singleElement()
				.satisfies((message) -> assertThat(message).startsWith("WARN")
					.contains("delay of 500 ms")
					.contains("WRITE_DELAY=0"));
		}
	}

	@Test
	void aFileThatIsWrittenAtOnceIsNotWarnedOf() {
		String file = temporaryFile();
		try (TestDatabase database = TestDatabase.at(file + ";WRITE_DELAY=0");
				LogWatch log = new LogWatch(JdbcLockStore.class)) {
			database.store();
			assertThat(log.messagesWith(file.substring("jdbc:h2:file:".length()))).isEmpty();
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "jdbc:h2:tcp://localhost/~/a;USER=me;PASSWORD=secret | jdbc:h2:tcp://localhost/~/a",
					"jdbc:postgresql://me:secret@db:5432/a?password=secret | jdbc:postgresql://db:5432/a",
					"jdbc:mysql://db/a?user=me&password=secret | jdbc:mysql://db/a",
					"jdbc:oracle:thin:me/secret@db:1521:a | jdbc:oracle:thin:db:1521:a",
					"jdbc:oracle:thin:@db:1521:a | jdbc:oracle:thin:db:1521:a",
					"jdbc:sqlserver://db;user=me;password=secret | jdbc:sqlserver://db",
					"jdbc:h2:mem:a | jdbc:h2:mem:a" })
	void aDatabaseIsNamedWithoutCredentials(String url, String name) {
		assertThat(DatabaseUrl.withoutCredentials(url)).isEqualTo(name);
	}

	private static String temporaryFile() {
		return "jdbc:h2:file:"
				+ Path.of(System.getProperty("java.io.tmpdir"), "start-" + UUID.randomUUID()).toAbsolutePath();
	}

}
