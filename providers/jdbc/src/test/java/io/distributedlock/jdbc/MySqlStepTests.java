package io.distributedlock.jdbc;

@EnabledWithMySql
class MySqlStepTests extends MySqlFamilyStepTests {

	MySqlStepTests() {
		super(MySqlServer.shared().newDatabase(), "mysql");
	}

}
