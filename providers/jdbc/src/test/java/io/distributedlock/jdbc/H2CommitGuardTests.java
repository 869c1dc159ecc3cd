package io.distributedlock.jdbc;

import java.sql.Connection;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(ints = Connection.TRANSACTION_READ_COMMITTED)
class H2CommitGuardTests extends DatabaseCommitGuardTests {

	H2CommitGuardTests() {
		super(TestDatabase.inMemory(";LOCK_TIMEOUT=30000"));
	}

}
