package io.distributedlock.redis;

import org.springframework.data.redis.connection.RedisConnectionFactory;

@EnabledWithRedis8
class Redis8ReplicaTests extends ReplicaContract {

	Redis8ReplicaTests() throws Exception {
		super(RedisProgram.REDIS_8);
	}

	@Override
	RedisConnectionFactory connect(int port) {
		return Connections.pooledLettuce(port);
	}

}
