package io.distributedlock.jdbc;

import java.sql.Connection;

import org.h2.engine.Constants;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(ints = { Connection.TRANSACTION_REPEATABLE_READ, Constants.TRANSACTION_SNAPSHOT,
		Connection.TRANSACTION_SERIALIZABLE })
class H2CommitGuardSnapshotTests extends DatabaseCommitGuardSnapshotTests {

	H2CommitGuardSnapshotTests() {
		super(TestDatabase.inMemory(), "select 1");
	}

}
