package io.distributedlock.redis;

import java.util.Optional;

import io.distributedlock.store.LockStore;
import io.distributedlock.test.LockStoreContract;
import io.distributedlock.test.TcpProxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * The contract on some server by some client. The unreachable store is behind a network
 * that was cut. Most tests wait for leases to expire, so they run at the same time.
 */
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RedisContract extends LockStoreContract {

	private final RedisLockStore store;

	private final TcpProxy proxy;

	private final RedisLockStore unreachableStore;

	RedisContract(RedisServer server) {
		this.store = RedisLockStore.open(Connections.config(connect(server.port())));
		this.proxy = server.newProxy();
		this.unreachableStore = RedisLockStore.open(Connections.config(connect(this.proxy.port())));
		this.proxy.cut();
	}

	abstract RedisConnectionFactory connect(int port);

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
		this.store.close();
		this.unreachableStore.close();
		Connections.end(this.proxy.port());
	}

}
