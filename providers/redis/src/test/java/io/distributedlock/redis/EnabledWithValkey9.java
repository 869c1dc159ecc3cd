package io.distributedlock.redis;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Skips tests where there is no Valkey 9 to be started.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(value = "io.distributedlock.redis.RedisProgram#isValkey9Available",
		disabledReason = "No Valkey 9: set DISTRIBUTED_LOCK_TEST_VALKEY9 to the path of a valkey-server, "
				+ "for example to the one that .ci/servers prints the folder of")
@interface EnabledWithValkey9 {

}
