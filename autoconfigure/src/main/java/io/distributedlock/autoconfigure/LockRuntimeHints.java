package io.distributedlock.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * Tells a native image which of our files it needs, and of which classes we ask whether
 * they are there. Those that are not are registered as well: about a class that nobody
 * mentioned it may say nothing but that nobody mentioned it.
 */
final class LockRuntimeHints implements RuntimeHintsRegistrar {

	private static final List<String> FILES = List.of("io/distributedlock/actuate/board/board.*",
			"io/distributedlock/fencing/schema-*.sql", "io/distributedlock/jdbc/schema-*.sql",
			"io/distributedlock/redis/*.lua");

	private static final List<String> OPTIONAL_TYPES = List.of("com.zaxxer.hikari.HikariDataSource",
			"io.lettuce.core.RedisClient", "kotlinx.coroutines.reactor.MonoKt",
			"org.apache.commons.dbcp2.BasicDataSource", "org.apache.commons.pool2.impl.GenericObjectPoolConfig",
			"org.apache.tomcat.jdbc.pool.DataSourceProxy", "org.mockito.Mockito",
			"org.springframework.jdbc.datasource.ConnectionHolder",
			"org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy",
			"org.springframework.orm.jpa.EntityManagerHolder",
			"org.springframework.transaction.interceptor.TransactionAttributeSource", "reactor.core.publisher.Flux",
			"redis.clients.jedis.Jedis");

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		FILES.forEach(hints.resources()::registerPattern);
		OPTIONAL_TYPES.forEach((type) -> hints.reflection().registerType(TypeReference.of(type)));
	}

}
