package io.distributedlock.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Tells a native image which of our files it needs, and of which optional libraries we
 * ask whether they are there: it would say no to a class that nobody registered.
 */
final class LockRuntimeHints implements RuntimeHintsRegistrar {

	private static final List<String> FILES = List.of("io/distributedlock/fencing/schema-*.sql",
			"io/distributedlock/jdbc/schema-*.sql", "io/distributedlock/redis/*.lua");

	private static final List<String> OPTIONAL_TYPES = List.of("com.zaxxer.hikari.HikariDataSource",
			"io.lettuce.core.RedisClient", "org.apache.commons.dbcp2.BasicDataSource",
			"org.apache.commons.pool2.impl.GenericObjectPoolConfig", "org.apache.tomcat.jdbc.pool.DataSourceProxy",
			"org.springframework.jdbc.datasource.ConnectionHolder",
			"org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy",
			"org.springframework.orm.jpa.EntityManagerHolder",
			"org.springframework.transaction.interceptor.TransactionAttributeSource", "redis.clients.jedis.Jedis");

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		FILES.forEach(hints.resources()::registerPattern);
		OPTIONAL_TYPES.forEach((type) -> hints.reflection().registerTypeIfPresent(classLoader, type));
	}

}
