package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.RenewCommand;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class JdbcLockStoreOutageTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	private static final AcquireCommand ACQUIRE = new AcquireCommand("k", "o", "node", TTL);

	@Test
	void aServerThatStopsIsAFailureOfEachStepWithinTheStoreTimeout() {
		try (TestServer server = new TestServer()) {
			JdbcLockStore store = server.database().store();
			assertThat(store.tryAcquire(ACQUIRE)).isInstanceOf(Granted.class);
			store.probe();
			server.stop();
			failsInTime("look at the table", store::probe);
			failsInTime("acquire lock 'k'", () -> store.tryAcquire(ACQUIRE));
			failsInTime("renew lock 'k'", () -> store.renew(new RenewCommand("k", "o", TTL)));
			failsInTime("release lock 'k'", () -> store.release(new ReleaseCommand("k", "o", TTL)));
		}
	}

	@Test
	void aTableThatWasDroppedFailsTheProbe() {
		try (TestDatabase database = TestDatabase.inMemory()) {
			JdbcLockStore store = database.store();
			store.probe();
			database.dropTable();
			failsInTime("look at the table", store::probe).hasMessageContaining("not found");
		}
	}

	@Test
	void aPoolThatThrowsUncheckedIsAFailureOfTheStore() {
		try (TestDatabase database = TestDatabase.inMemory()) {
			Recorder recorder = new Recorder(database.dataSource());
			JdbcLockStore store = JdbcLockStore.open(JdbcLockStoreConfig.of(recorder.dataSource()));
			recorder.answer("DataSource.getConnection", new IllegalStateException("Pool is shut down"));
			failsInTime("find lock 'k'", () -> store.find("k"))
				.hasMessageContaining("IllegalStateException, Pool is shut down")
				.hasCauseInstanceOf(IllegalStateException.class);
		}
	}

	@Test
	void aStepThatFailsWhenItsConnectionIsGivenBackHasSucceeded() {
		try (TestDatabase database = TestDatabase.inMemory()) {
			Recorder recorder = new Recorder(database.dataSource());
			JdbcLockStore store = JdbcLockStore.open(JdbcLockStoreConfig.of(recorder.dataSource()));
			recorder.answer("Connection.close", new SQLException("gone"));
			assertThat(store.tryAcquire(ACQUIRE)).isInstanceOf(Granted.class);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "08006 | Check that the database is up", "28000 | Check user and password",
					"57014 | within the store timeout of 5000 ms", "42501 | check the user's rights",
					"22001 | A value does not fit its column" })
	void theMessageNamesTheStateAndWhatToCheck(String state, String advice) {
		try (TestDatabase database = TestDatabase.inMemory()) {
			Recorder recorder = new Recorder(database.dataSource());
			JdbcLockStore store = JdbcLockStore.open(JdbcLockStoreConfig.of(recorder.dataSource()));
			recorder.answer("PreparedStatement.executeQuery", new SQLException("no luck", state, 42));
			failsInTime("list locks 'a...'", () -> store.held("a", 1))
				.hasMessageContaining("SQLState " + state + ", error 42, no luck. ")
				.hasMessageContaining(advice);
		}
	}

	private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> failsInTime(String step,
			ThrowingCallable work) {
		long start = System.nanoTime();
		var failure = assertThatExceptionOfType(LockStoreException.class).isThrownBy(work)
			.withMessageContaining("Provider jdbc could not " + step + " (table distributed_lock): ")
			.actual();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
		return assertThat(failure);
	}

}
