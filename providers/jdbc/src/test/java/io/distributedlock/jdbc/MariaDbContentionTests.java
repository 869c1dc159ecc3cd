package io.distributedlock.jdbc;

class MariaDbContentionTests extends MySqlFamilyContentionTests {

	MariaDbContentionTests() {
		super(MariaDbServer.shared().newDatabase());
	}

}
