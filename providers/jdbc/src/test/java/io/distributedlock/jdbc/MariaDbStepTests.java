package io.distributedlock.jdbc;

class MariaDbStepTests extends MySqlFamilyStepTests {

	MariaDbStepTests() {
		super(MariaDbServer.shared().newDatabase(), "mariadb");
	}

}
