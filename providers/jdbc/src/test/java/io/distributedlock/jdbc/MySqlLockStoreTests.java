package io.distributedlock.jdbc;

import io.distributedlock.test.TcpProxy;

@EnabledWithMySql
class MySqlLockStoreTests extends DatabaseContract {

	private static final TestDatabase database = MySqlServer.shared().newDatabase();

	private static final TcpProxy proxy = MySqlServer.shared().newProxy();

	MySqlLockStoreTests() {
		super(database, MySqlServer.shared().through(proxy, database), proxy::cut);
	}

}
