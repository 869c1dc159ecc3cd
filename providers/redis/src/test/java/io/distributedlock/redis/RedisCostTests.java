package io.distributedlock.redis;

import org.springframework.data.redis.connection.RedisConnectionFactory;

class RedisCostTests extends ServerCostTests {

	@Override
	RedisConnectionFactory connect(int port) {
		return Connections.lettuce(port);
	}

}
