package io.distributedlock.jdbc;

import io.distributedlock.test.TcpProxy;

class PostgresLockStoreTests extends DatabaseContract {

	private static final TestDatabase database = PostgresServer.shared().newDatabase();

	private static final TcpProxy proxy = PostgresServer.shared().newProxy();

	PostgresLockStoreTests() {
		super(database, PostgresServer.shared().through(proxy, database), proxy::cut);
	}

}
