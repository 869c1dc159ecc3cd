package io.distributedlock.redis;

import java.util.Optional;

import io.distributedlock.store.LockStore;
import io.distributedlock.test.LockStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The contract on a Cluster, with keys in all slots. That an unreachable store fails is
 * tested on a single server.
 */
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisClusterLockStoreTests extends LockStoreContract {

	private final LettuceConnectionFactory connections = RedisClusterConnections.lettuce(RedisCluster.shared());

	private final RedisLockStore store = RedisLockStore
		.open(Connections.config(this.connections).withNamespace("contract-of-cluster:"));

	@Override
	public LockStore store() {
		return this.store;
	}

	@Override
	public Optional<LockStore> unreachableStore() {
		return Optional.empty();
	}

	@AfterAll
	void close() {
		this.store.close();
		this.connections.destroy();
	}

}
