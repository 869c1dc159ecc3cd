package io.distributedlock.redis;

import org.springframework.data.redis.connection.RedisConnectionFactory;

class RedisReplicaTests extends ReplicaContract {

	RedisReplicaTests() throws Exception {
		super(RedisProgram.EMBEDDED);
	}

	@Override
	RedisConnectionFactory connect(int port) {
		return Connections.pooledLettuce(port);
	}

}
