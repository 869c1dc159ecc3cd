package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Busy;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@EnabledWithMySql
class MySqlContentionTests extends MySqlFamilyContentionTests {

	MySqlContentionTests() {
		super(MySqlServer.shared().newDatabase());
	}

	@Test
	void aNewKeyWhoseGapIsLockedFailsWithinTheStoreTimeout() throws SQLException {
		try (Connection other = lockGaps()) {
			assertThatExceptionOfType(LockStoreException.class)
				.isThrownBy(() -> soon(() -> this.store.tryAcquire(command("k", "o"))))
				.withMessageContaining("did not answer within the store timeout");
			other.rollback();
		}
		assertThat(this.store.tryAcquire(command("k", "o"))).isInstanceOf(Granted.class);
	}

	@Test
	void aNewKeyWhoseGapIsLockedIsBusyAfterTheLockTimeout() throws SQLException {
		try (TestDatabase impatient = this.database.sessionsWith("set innodb_lock_wait_timeout = 1");
				Connection other = lockGaps()) {
			JdbcLockStore impatientStore = patient(impatient);
			assertThat(soon(() -> impatientStore.tryAcquire(command("k", "o")))).isEqualTo(new Busy());
			other.rollback();
		}
	}

	/** Both share the row that is rolled back, and want it for themselves. */
	@Test
	void ofTwoInADeadlockOneIsGrantedAndTheOtherToldByWhom()
			throws SQLException, InterruptedException, ExecutionException, TimeoutException {
		JdbcLockStore patient = patient(this.database);
		long deadlocks = number("select count from information_schema.innodb_metrics where name = 'lock_deadlocks'");
		ExecutorService threads = Executors.newFixedThreadPool(2);
		try (Connection other = this.database
			.transaction("insert into distributed_lock values ('k', 'o', 'n', 1, 1, 1)")) {
			Future<AcquireResult> one = threads.submit(() -> patient.tryAcquire(command("k", "one")));
			Future<AcquireResult> two = threads.submit(() -> patient.tryAcquire(command("k", "two")));
			long start = System.nanoTime();
			while (number("select count(*) from information_schema.innodb_trx where trx_state = 'LOCK WAIT'") < 2) {
				assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
				// MySQL shows what it showed last to whoever asks again within 0.1 s
				TimeUnit.MILLISECONDS.sleep(250);
			}
			other.rollback();
			assertThat(List.of(one.get(20, TimeUnit.SECONDS), two.get(20, TimeUnit.SECONDS)))
				.hasAtLeastOneElementOfType(Granted.class)
				.hasAtLeastOneElementOfType(Held.class);
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(number("select count from information_schema.innodb_metrics where name = 'lock_deadlocks'"))
			.isGreaterThan(deadlocks);
	}

	private static JdbcLockStore patient(TestDatabase database) {
		return JdbcLockStore
			.open(JdbcLockStoreConfig.of(database.dataSource()).withStoreTimeout(Duration.ofSeconds(60)));
	}

	private long number(String query) throws SQLException {
		try (Connection connection = this.database.dataSource().getConnection();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(query)) {
			row.next();
			return row.getLong(1);
		}
	}

}
