package io.distributedlock.jdbc;

import java.sql.Connection;

class H2CommitGuardRaceTests extends DatabaseCommitGuardRaceTests {

	H2CommitGuardRaceTests() {
		super(TestDatabase.inMemory(), Connection.TRANSACTION_READ_COMMITTED);
	}

}
