package io.distributedlock.redis;

import org.springframework.data.redis.connection.RedisConnectionFactory;

class RedisReplicaByJedisTests extends ReplicaContract {

	RedisReplicaByJedisTests() throws Exception {
		super(RedisProgram.EMBEDDED);
	}

	@Override
	RedisConnectionFactory connect(int port) {
		return Connections.jedis(port);
	}

}
