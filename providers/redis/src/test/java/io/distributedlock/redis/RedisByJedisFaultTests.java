package io.distributedlock.redis;

import org.springframework.data.redis.connection.RedisConnectionFactory;

class RedisByJedisFaultTests extends ServerFaultTests {

	@Override
	RedisConnectionFactory connect(int port) {
		return Connections.fewJedis(port);
	}

}
