package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

import io.distributedlock.store.AcquireResult.Busy;
import io.distributedlock.store.AcquireResult.Granted;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class H2ContentionTests extends DatabaseContentionTests {

	H2ContentionTests() {
		super(TestDatabase.inMemory(";LOCK_TIMEOUT=30000"));
	}

	@Test
	void aKeyThatAForeignTransactionInsertedIsBusyAfterTheLockTimeout() throws SQLException {
		try (TestDatabase impatient = TestDatabase.inMemory(";LOCK_TIMEOUT=100");
				Connection other = impatient
					.transaction("insert into distributed_lock values ('k', 'o', 'n', 1, 1, 1)")) {
			JdbcLockStore impatientStore = impatient.store();
			assertThat(soon(() -> impatientStore.tryAcquire(command("k", "other")))).isEqualTo(new Busy());
			other.rollback();
			assertThat(impatientStore.tryAcquire(command("k", "other"))).isInstanceOf(Granted.class);
		}
	}

	@Test
	void aKeyThatIsInsertedByOthersAgainAndAgainIsBusyAfterThreeAttempts() {
		Recorder recorder = new Recorder(this.database.dataSource());
		JdbcLockStore recorded = JdbcLockStore.open(JdbcLockStoreConfig.of(recorder.dataSource()));
		recorder.takeCalls();
		recorder.answer("PreparedStatement.executeQuery", new SQLException("duplicate", "23505", 23505));
		assertThat(recorded.tryAcquire(command("k", "other"))).isEqualTo(new Busy());
		assertThat(recorder.takeCalls()).filteredOn("Connection.prepareStatement"::equals).hasSize(3);
	}

}
