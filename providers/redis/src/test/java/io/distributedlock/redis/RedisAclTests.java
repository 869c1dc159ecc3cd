package io.distributedlock.redis;

class RedisAclTests extends AclContract {

	RedisAclTests() {
		super(RedisProgram.EMBEDDED);
	}

}
