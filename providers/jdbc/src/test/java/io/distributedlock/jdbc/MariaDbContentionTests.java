package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

import io.distributedlock.store.AcquireResult.Busy;
import io.distributedlock.store.AcquireResult.Granted;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MariaDbContentionTests extends MySqlFamilyContentionTests {

	MariaDbContentionTests() {
		super(MariaDbServer.shared().newDatabase());
	}

	@Test
	void aNewKeyWhoseGapIsLockedIsBusy() throws SQLException {
		try (Connection other = lockGaps()) {
			assertThat(soon(() -> this.store.tryAcquire(command("k", "o")))).isEqualTo(new Busy());
			other.rollback();
		}
		assertThat(this.store.tryAcquire(command("k", "o"))).isInstanceOf(Granted.class);
	}

	@Test
	void aKeyThatAForeignTransactionInsertedIsBusy() throws SQLException {
		try (Connection other = this.database
			.transaction("insert into distributed_lock values ('k', 'o', 'n', 1, 1, 1)")) {
			assertThat(soon(() -> this.store.tryAcquire(command("k", "other")))).isEqualTo(new Busy());
			other.rollback();
		}
	}

}
