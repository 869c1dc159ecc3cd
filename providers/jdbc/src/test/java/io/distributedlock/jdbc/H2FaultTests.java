package io.distributedlock.jdbc;

class H2FaultTests extends DatabaseFaultTests {

	H2FaultTests() {
		super(TestDatabase.inMemory());
	}

}
