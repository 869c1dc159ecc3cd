package io.distributedlock.jdbc;

class MariaDbPurgeTests extends DatabasePurgeTests {

	MariaDbPurgeTests() {
		super(MariaDbServer.shared().newDatabase());
	}

}
