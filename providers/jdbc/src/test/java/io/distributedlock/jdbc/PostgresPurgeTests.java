package io.distributedlock.jdbc;

class PostgresPurgeTests extends DatabasePurgeTests {

	PostgresPurgeTests() {
		super(PostgresServer.shared().newDatabase());
	}

}
