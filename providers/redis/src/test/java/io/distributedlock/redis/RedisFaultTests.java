package io.distributedlock.redis;

import org.springframework.data.redis.connection.RedisConnectionFactory;

class RedisFaultTests extends ServerFaultTests {

	@Override
	RedisConnectionFactory connect(int port) {
		return Connections.lettuce(port);
	}

}
