package io.distributedlock.redis;

class RedisVersionTests extends ServerVersionContract {

	RedisVersionTests() {
		super(RedisProgram.EMBEDDED);
	}

}
