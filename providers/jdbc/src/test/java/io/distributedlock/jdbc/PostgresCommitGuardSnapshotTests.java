package io.distributedlock.jdbc;

import java.sql.Connection;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(ints = { Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE })
class PostgresCommitGuardSnapshotTests extends DatabaseCommitGuardSnapshotTests {

	PostgresCommitGuardSnapshotTests() {
		super(PostgresServer.shared().newDatabase(), "select 1");
	}

}
