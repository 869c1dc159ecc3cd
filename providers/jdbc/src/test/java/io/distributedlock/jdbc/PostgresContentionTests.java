package io.distributedlock.jdbc;

class PostgresContentionTests extends DatabaseContentionTests {

	PostgresContentionTests() {
		super(PostgresServer.shared().newDatabase());
	}

}
