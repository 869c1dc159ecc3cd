package io.distributedlock.jdbc;

@EnabledWithMySql
class MySqlTransactionTests extends DatabaseTransactionTests {

	MySqlTransactionTests() {
		super(MySqlServer.shared().newDatabase());
	}

}
