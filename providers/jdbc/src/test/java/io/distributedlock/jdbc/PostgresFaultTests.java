package io.distributedlock.jdbc;

class PostgresFaultTests extends DatabaseFaultTests {

	PostgresFaultTests() {
		super(PostgresServer.shared().newDatabase());
	}

}
