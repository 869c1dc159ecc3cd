package io.distributedlock.jdbc;

import java.sql.Connection;

class MariaDbCommitGuardRaceTests extends DatabaseCommitGuardRaceTests {

	MariaDbCommitGuardRaceTests() {
		super(MariaDbServer.shared().newDatabase(), Connection.TRANSACTION_REPEATABLE_READ);
	}

}
