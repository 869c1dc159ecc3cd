package io.distributedlock.jdbc;

class MariaDbByMySqlDriverStepTests extends MySqlFamilyStepTests {

	MariaDbByMySqlDriverStepTests() {
		super(MariaDbServer.shared().newDatabase().at((url) -> url.replace("jdbc:mariadb:", "jdbc:mysql:")), "mariadb");
	}

}
