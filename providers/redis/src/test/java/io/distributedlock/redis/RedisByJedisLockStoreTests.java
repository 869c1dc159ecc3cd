package io.distributedlock.redis;

import org.springframework.data.redis.connection.RedisConnectionFactory;

class RedisByJedisLockStoreTests extends RedisContract {

	RedisByJedisLockStoreTests() {
		super(RedisServer.shared(RedisProgram.EMBEDDED));
	}

	@Override
	RedisConnectionFactory connect(int port) {
		return Connections.jedis(port);
	}

}
