package io.distributedlock.jdbc;

class H2LockStoreTests extends H2Contract {

	H2LockStoreTests() {
		super(TestDatabase.inMemory());
	}

}
