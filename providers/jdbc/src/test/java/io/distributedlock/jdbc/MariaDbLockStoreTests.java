package io.distributedlock.jdbc;

import io.distributedlock.test.TcpProxy;

class MariaDbLockStoreTests extends DatabaseContract {

	private static final TestDatabase database = MariaDbServer.shared().newDatabase();

	private static final TcpProxy proxy = MariaDbServer.shared().newProxy();

	MariaDbLockStoreTests() {
		super(database, MariaDbServer.shared().through(proxy, database), proxy::cut);
	}

}
