package io.distributedlock.redis;

@EnabledWithValkey9
class Valkey9VersionTests extends ServerVersionContract {

	Valkey9VersionTests() {
		super(RedisProgram.VALKEY_9);
	}

}
