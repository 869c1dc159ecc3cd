package io.distributedlock.redis;

import org.springframework.data.redis.connection.RedisConnectionFactory;

@EnabledWithRedis8
class Redis8LockStoreTests extends RedisContract {

	Redis8LockStoreTests() {
		super(RedisServer.shared(RedisProgram.REDIS_8));
	}

	@Override
	RedisConnectionFactory connect(int port) {
		return Connections.lettuce(port);
	}

}
