package io.distributedlock.autoconfigure.jdbc;

import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeHint;

/**
 * Tells a native image how the settings of the application's pool are copied, and how
 * messages learn what a pool connects to.
 */
final class LockConnectionHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection()
			.registerTypeIfPresent(classLoader, "com.zaxxer.hikari.HikariConfig",
					withUrl("getJdbcUrl").andThen((type) -> type.withMembers(MemberCategory.ACCESS_DECLARED_FIELDS)))
			.registerTypeIfPresent(classLoader, "org.apache.tomcat.jdbc.pool.PoolConfiguration",
					MemberCategory.INVOKE_PUBLIC_METHODS)
			.registerTypeIfPresent(classLoader, "org.apache.tomcat.jdbc.pool.PoolProperties",
					MemberCategory.INVOKE_PUBLIC_METHODS)
			.registerTypeIfPresent(classLoader, "org.apache.tomcat.jdbc.pool.DataSourceProxy", withUrl("getUrl"))
			.registerTypeIfPresent(classLoader, "org.apache.commons.dbcp2.BasicDataSource", withUrl("getUrl"));
	}

	private static Consumer<TypeHint.Builder> withUrl(String getter) {
		return (type) -> type.withMethod(getter, List.of(), ExecutableMode.INVOKE);
	}

}
