package io.distributedlock.redis;

import org.springframework.data.redis.connection.RedisConnectionFactory;

class RedisByJedisCostTests extends ServerCostTests {

	@Override
	RedisConnectionFactory connect(int port) {
		return Connections.jedis(port);
	}

}
