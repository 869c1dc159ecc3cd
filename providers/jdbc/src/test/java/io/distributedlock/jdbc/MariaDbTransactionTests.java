package io.distributedlock.jdbc;

class MariaDbTransactionTests extends DatabaseTransactionTests {

	MariaDbTransactionTests() {
		super(MariaDbServer.shared().newDatabase());
	}

}
