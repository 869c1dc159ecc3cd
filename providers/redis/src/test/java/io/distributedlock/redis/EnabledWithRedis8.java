package io.distributedlock.redis;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Skips tests where there is no Redis 8 to be started.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(value = "io.distributedlock.redis.RedisProgram#isRedis8Available",
		disabledReason = "No Redis 8: set DISTRIBUTED_LOCK_TEST_REDIS8 to the path of a redis-server, "
				+ "for example to the one that .ci/servers prints the folder of")
@interface EnabledWithRedis8 {

}
