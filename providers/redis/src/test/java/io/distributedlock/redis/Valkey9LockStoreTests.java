package io.distributedlock.redis;

import org.springframework.data.redis.connection.RedisConnectionFactory;

@EnabledWithValkey9
class Valkey9LockStoreTests extends RedisContract {

	Valkey9LockStoreTests() {
		super(RedisServer.shared(RedisProgram.VALKEY_9));
	}

	@Override
	RedisConnectionFactory connect(int port) {
		return Connections.lettuce(port);
	}

}
