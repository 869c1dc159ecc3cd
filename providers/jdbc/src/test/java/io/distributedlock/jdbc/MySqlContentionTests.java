package io.distributedlock.jdbc;

@EnabledWithMySql
class MySqlContentionTests extends MySqlFamilyContentionTests {

	MySqlContentionTests() {
		super(MySqlServer.shared().newDatabase());
	}

}
