package io.distributedlock.jdbc;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Skips tests where there is no MySQL server to be started.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(value = "io.distributedlock.jdbc.MySqlServer#isAvailable",
		disabledReason = "No MySQL 8.0.19 or newer: set DISTRIBUTED_LOCK_TEST_MYSQLD to the path of a mysqld, "
				+ "for example to the one that .ci/servers prints the folder of")
public @interface EnabledWithMySql {

}
