package io.distributedlock.benchmarks.contender;

import java.util.List;

import io.distributedlock.benchmarks.redis.RedisClients;
import io.distributedlock.benchmarks.redis.RedisKind;
import io.distributedlock.benchmarks.redis.RunningRedis;
import io.distributedlock.redis.RedisLockStore;
import io.distributedlock.redis.RedisLockStoreConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import org.redisson.api.RedissonClient;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Those on Redis, each through one connection of Lettuce, but for Redisson, which is a
 * client itself.
 */
public final class RedisPeers implements Peers {

	private final RunningRedis server;

	private final LettuceConnectionFactory connections;

	private final RedisClient client;

	private final RedissonClient redisson;

	private final RedissonClient otherRedisson;

	private final OwnEngine engine;

	private final SpringIntegration integration;

	private final SpringIntegration otherIntegration;

	private final List<TwoNodes> all;

	/**
	 * Starts a server and connects everybody.
	 * @param kind the kind of server
	 */
	public RedisPeers(RedisKind kind) {
		this.server = kind.start();
		int port = this.server.port();
		this.connections = RedisClients.spring(port);
		this.client = RedisClients.lettuce(port);
		this.redisson = RedisClients.redisson(port);
		this.otherRedisson = RedisClients.redisson(port);
		OwnStore store = new OwnStore("our store", RedisLockStore.open(RedisLockStoreConfig.of(this.connections)));
		this.engine = OwnEngine.on("redis", store.store());
		SameScripts byHand = new SameScripts(this.connections, this.client.connect(ByteArrayCodec.INSTANCE).sync());
		ShedLock shedLock = ShedLock.on(this.connections);
		this.integration = SpringIntegration.polling(this.connections);
		this.otherIntegration = SpringIntegration.polling(this.connections);
		this.all = List.of(new TwoNodes(store, store), new TwoNodes(byHand, store), new TwoNodes(this.engine, store),
				new TwoNodes(new RedissonLocks(this.redisson), new RedissonLocks(this.otherRedisson)),
				new TwoNodes(shedLock, shedLock), new TwoNodes(this.integration, this.otherIntegration));
	}

	@Override
	public List<TwoNodes> all() {
		return this.all;
	}

	@Override
	public void close() {
		this.otherIntegration.close();
		this.integration.close();
		this.engine.close();
		this.otherRedisson.shutdown();
		this.redisson.shutdown();
		this.client.close();
		this.connections.destroy();
		this.server.close();
	}

}
