package io.distributedlock.redis;

import org.springframework.data.redis.connection.RedisConnectionFactory;

class RedisLockStoreTests extends RedisContract {

	RedisLockStoreTests() {
		super(RedisServer.shared(RedisProgram.EMBEDDED));
	}

	@Override
	RedisConnectionFactory connect(int port) {
		return Connections.lettuce(port);
	}

}
