package io.distributedlock.jdbc;

/**
 * The contract on some H2 database.
 */
abstract class H2Contract extends DatabaseContract {

	H2Contract(TestDatabase database) {
		this(database, new TestServer());
	}

	private H2Contract(TestDatabase database, TestServer other) {
		super(database, other.database(), other::stop);
	}

}
