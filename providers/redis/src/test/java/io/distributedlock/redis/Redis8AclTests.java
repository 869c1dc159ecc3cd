package io.distributedlock.redis;

@EnabledWithRedis8
class Redis8AclTests extends AclContract {

	Redis8AclTests() {
		super(RedisProgram.REDIS_8);
	}

}
