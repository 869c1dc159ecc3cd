package io.distributedlock.jdbc;

/**
 * Rows and gaps locked by other transactions, on MariaDB and MySQL.
 */
abstract class MySqlFamilyContentionTests extends DatabaseContentionTests {

	MySqlFamilyContentionTests(TestDatabase database) {
		super(database.sessionsWith("set innodb_lock_wait_timeout = 50"));
	}

}
