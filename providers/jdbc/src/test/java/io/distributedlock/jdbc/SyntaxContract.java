package io.distributedlock.jdbc;

import java.util.Optional;

import io.distributedlock.store.LockStore;
import io.distributedlock.test.LockStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The contract with the statements of a database that cannot be had for tests, on H2. It
 * shows that they are accepted, and right if that database does what its manual says. No
 * test of that database.
 */
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SyntaxContract extends LockStoreContract {

	private final TestDatabase h2;

	private final LockStore store;

	private final TestServer stopped = new TestServer();

	private final LockStore unreachableStore;

	SyntaxContract(H2Imitation imitation) {
		this.h2 = imitation.database();
		this.store = H2Imitation.store(imitation.withTable(this.h2.dataSource()));
		this.stopped.database().execute("drop table distributed_lock");
		this.stopped.database().execute("set mode " + imitation.mode());
		this.unreachableStore = H2Imitation.store(imitation.withTable(this.stopped.database().dataSource()));
		this.stopped.stop();
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
		this.h2.close();
		this.stopped.close();
	}

}
