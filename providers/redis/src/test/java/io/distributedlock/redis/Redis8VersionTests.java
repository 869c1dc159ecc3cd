package io.distributedlock.redis;

@EnabledWithRedis8
class Redis8VersionTests extends ServerVersionContract {

	Redis8VersionTests() {
		super(RedisProgram.REDIS_8);
	}

}
