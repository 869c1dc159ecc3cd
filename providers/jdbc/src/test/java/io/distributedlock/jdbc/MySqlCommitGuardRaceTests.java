package io.distributedlock.jdbc;

import java.sql.Connection;

@EnabledWithMySql
class MySqlCommitGuardRaceTests extends DatabaseCommitGuardRaceTests {

	MySqlCommitGuardRaceTests() {
		super(MySqlServer.shared().newDatabase(), Connection.TRANSACTION_REPEATABLE_READ);
	}

}
