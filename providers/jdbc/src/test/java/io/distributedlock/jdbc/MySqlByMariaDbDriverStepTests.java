package io.distributedlock.jdbc;

@EnabledWithMySql
class MySqlByMariaDbDriverStepTests extends MySqlFamilyStepTests {

	MySqlByMariaDbDriverStepTests() {
		super(MySqlServer.shared().newDatabase().at((url) -> url.replace("jdbc:mysql:", "jdbc:mariadb:")), "mysql");
	}

}
