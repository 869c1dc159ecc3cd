package io.distributedlock.jdbc;

@EnabledWithMySql
class MySqlFaultTests extends DatabaseFaultTests {

	MySqlFaultTests() {
		super(MySqlServer.shared().newDatabase());
	}

}
