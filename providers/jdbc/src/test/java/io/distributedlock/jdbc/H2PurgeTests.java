package io.distributedlock.jdbc;

class H2PurgeTests extends DatabasePurgeTests {

	H2PurgeTests() {
		super(TestDatabase.inMemory());
	}

}
