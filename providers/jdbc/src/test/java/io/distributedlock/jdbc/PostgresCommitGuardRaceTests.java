package io.distributedlock.jdbc;

import java.sql.Connection;

class PostgresCommitGuardRaceTests extends DatabaseCommitGuardRaceTests {

	PostgresCommitGuardRaceTests() {
		super(PostgresServer.shared().newDatabase(), Connection.TRANSACTION_READ_COMMITTED);
	}

}
