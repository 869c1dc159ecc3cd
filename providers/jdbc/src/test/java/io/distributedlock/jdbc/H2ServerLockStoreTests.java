package io.distributedlock.jdbc;

import org.junit.jupiter.api.AfterAll;

class H2ServerLockStoreTests extends H2Contract {

	private static final TestServer server = new TestServer();

	H2ServerLockStoreTests() {
		super(server.database());
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

}
