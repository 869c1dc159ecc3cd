package io.distributedlock.jdbc;

import java.util.Optional;

import io.distributedlock.store.LockStore;
import io.distributedlock.test.LockStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The contract on some database. The unreachable store is that of a server that has
 * stopped. Most tests wait for leases to expire, so they run at the same time.
 */
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DatabaseContract extends LockStoreContract {

	private final TestDatabase database;

	private final LockStore store;

	private final TestDatabase unreachable;

	private final LockStore unreachableStore;

	/**
	 * Creates the tests.
	 * @param database a database with the lock table
	 * @param unreachable the same or another, up to now
	 * @param stop makes the other unreachable
	 */
	DatabaseContract(TestDatabase database, TestDatabase unreachable, Runnable stop) {
		this.database = database;
		this.store = database.store();
		this.unreachable = unreachable;
		this.unreachableStore = unreachable.store();
		stop.run();
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
		this.unreachable.close();
	}

}
