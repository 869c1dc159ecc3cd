package io.distributedlock.redis;

@EnabledWithValkey9
class Valkey9AclTests extends AclContract {

	Valkey9AclTests() {
		super(RedisProgram.VALKEY_9);
	}

}
