package io.distributedlock.jdbc;

class H2TransactionTests extends DatabaseTransactionTests {

	H2TransactionTests() {
		super(TestDatabase.inMemory());
	}

}
