package io.distributedlock.jdbc;

class MariaDbFaultTests extends DatabaseFaultTests {

	MariaDbFaultTests() {
		super(MariaDbServer.shared().newDatabase());
	}

}
