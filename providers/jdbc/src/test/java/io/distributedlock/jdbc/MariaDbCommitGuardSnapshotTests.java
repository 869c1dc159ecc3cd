package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

import io.distributedlock.jdbc.GuardResult.Held;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** As MariaDB is by default since 11.6.2. */
@ParameterizedClass
@ValueSource(ints = Connection.TRANSACTION_REPEATABLE_READ)
class MariaDbCommitGuardSnapshotTests extends DatabaseCommitGuardSnapshotTests {

	MariaDbCommitGuardSnapshotTests() {
		super(MariaDbServer.shared().newDatabase(), "set innodb_snapshot_isolation = on");
	}

	@ParameterizedTest
	@ValueSource(ints = { Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_SERIALIZABLE })
	void otherIsolationsAreGuarded(int guarded) throws SQLException {
		try (UserTransaction transaction = UserTransaction.begin(this.users, guarded)) {
			renew();
			assertThat(transaction.guard(this.store, "k")).isInstanceOf(Held.class);
			transaction.commit();
		}
	}

}
