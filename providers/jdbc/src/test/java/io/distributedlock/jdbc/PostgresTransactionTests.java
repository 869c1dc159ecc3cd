package io.distributedlock.jdbc;

class PostgresTransactionTests extends DatabaseTransactionTests {

	PostgresTransactionTests() {
		super(PostgresServer.shared().newDatabase());
	}

}
