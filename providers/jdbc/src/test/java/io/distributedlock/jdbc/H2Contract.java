package io.distributedlock.jdbc;

import java.util.Optional;

import io.distributedlock.store.LockStore;
import io.distributedlock.test.LockStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The contract on some H2 database. The unreachable store is that of a stopped server.
 * Most tests wait for leases to expire, so they run at the same time.
 */
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class H2Contract extends LockStoreContract {

	private final TestDatabase database;

	private final LockStore store;

	private final TestServer stoppedServer = new TestServer();

	private final LockStore unreachableStore;

	H2Contract(TestDatabase database) {
		this.database = database;
		this.store = database.store();
		this.unreachableStore = this.stoppedServer.database().store();
		this.stoppedServer.stop();
	}

	@Override
	public LockStore store() {
		return this.store;
	}

	@Override
	public Optional<LockStore> unreachableStore() {
		return Optional.of(this.unreachableStore);
	}

	@AfterAll
	void close() {
		this.database.close();
		this.stoppedServer.close();
	}

}
