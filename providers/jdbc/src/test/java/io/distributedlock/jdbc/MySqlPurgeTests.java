package io.distributedlock.jdbc;

@EnabledWithMySql
class MySqlPurgeTests extends DatabasePurgeTests {

	MySqlPurgeTests() {
		super(MySqlServer.shared().newDatabase());
	}

}
