package io.distributedlock.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * H2 that passes for a database that cannot be had for tests. It takes the statements of
 * that database, but for the replacements listed here, and fails with its error codes. It
 * does not lock rows, compare values or count time as that database does: what passes
 * here has been parsed and is in the right order, no more.
 */
record H2Imitation(String mode, String product, int version, String script, List<Replacement> replacements,
		ErrorCodes errorCodes) {

	private static final String SINCE_EPOCH = """
			(CAST(SYSTIMESTAMP AT TIME ZONE 'UTC' AS TIMESTAMP) - TIMESTAMP '1970-01-01 00:00:00')""";

	/**
	 * Takes the statements for Oracle. The seconds of an interval have no fraction in H2.
	 */
	static final H2Imitation ORACLE = new H2Imitation("Oracle", "Oracle", 19, "schema-oracle.sql",
			List.of(new Replacement("EXTRACT(SECOND FROM " + SINCE_EPOCH + ")",
					"MOD(EXTRACT(EPOCH FROM " + SINCE_EPOCH + "), 60.000000)")),
			new ErrorCodes(1, 54, 60, 942));

	/**
	 * Takes the statements for SQL Server, and their table hints but for that of DELETE.
	 */
	static final H2Imitation SQL_SERVER = new H2Imitation("MSSQLServer", "Microsoft SQL Server", 14,
			"schema-sqlserver.sql",
			List.of(new Replacement("DATEDIFF_BIG(", "DATEDIFF("),
					new Replacement("SYSUTCDATETIME()",
							"CAST(CURRENT_TIMESTAMP(6) AT TIME ZONE 'UTC' AS TIMESTAMP(6))"),
					new Replacement("DELETE FROM distributed_lock WITH (ROWLOCK, READPAST, READCOMMITTEDLOCK)",
							"DELETE FROM distributed_lock"),
					new Replacement("if object_id(N'distributed_lock', N'U') is null", ""),
					new Replacement("primary key nonclustered", "primary key")),
			new ErrorCodes(2627, 1222, 1205, 208));

	/**
	 * Creates an empty H2 database in memory that this can stand before.
	 */
	TestDatabase database() {
		return TestDatabase.withoutTable(TestDatabase.memoryUrl() + ";LOCK_TIMEOUT=100;MODE=" + this.mode);
	}

	/**
	 * Returns the data source of an H2 database as one of the other kind, with the lock
	 * table in it.
	 */
	DataSource withTable(DataSource h2) {
		DataSource imitation = of(h2);
		ClassPathResource table = new ClassPathResource("io/distributedlock/jdbc/" + this.script);
		new ResourceDatabasePopulator(table).execute(imitation);
		return imitation;
	}

	DataSource of(DataSource h2) {
		return proxy(DataSource.class, h2);
	}

	static JdbcLockStore store(DataSource imitation) {
		return JdbcLockStore.open(JdbcLockStoreConfig.of(imitation).withStoreTimeout(Duration.ofSeconds(3)));
	}

	private <T> T proxy(Class<T> type, T target) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> invoke(target, method, arguments)));
	}

	private @Nullable Object invoke(Object target, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		if (method.getName().equals("getDatabaseProductName")) {
			return this.product;
		}
		if (method.getName().equals("getDatabaseMajorVersion")) {
			return this.version;
		}
		if (arguments != null && arguments.length > 0 && arguments[0] instanceof String sql) {
			arguments[0] = replaced(sql);
		}
		try {
			return wrap(method.invoke(target, arguments));
		}
		catch (InvocationTargetException ex) {
			throw (ex.getCause() instanceof SQLException failure) ? this.errorCodes.translate(failure) : ex.getCause();
		}
	}

	private String replaced(String sql) {
		String replaced = sql;
		for (Replacement replacement : this.replacements) {
			replaced = replaced.replace(replacement.original(), replacement.substitute());
		}
		return replaced;
	}

	private @Nullable Object wrap(@Nullable Object result) {
		if (result instanceof Connection connection) {
			return proxy(Connection.class, connection);
		}
		if (result instanceof DatabaseMetaData metaData) {
			return proxy(DatabaseMetaData.class, metaData);
		}
		if (result instanceof PreparedStatement statement) {
			return proxy(PreparedStatement.class, statement);
		}
		return (result instanceof Statement statement) ? proxy(Statement.class, statement) : result;
	}

	@Override
	public String toString() {
		return this.product;
	}

	/**
	 * What H2 does not take, and what it is given instead.
	 */
	record Replacement(String original, String substitute) {
	}

	/**
	 * What the other database answers in place of H2's error codes.
	 */
	record ErrorCodes(int duplicate, int locked, int deadlock, int missingTable) {

		SQLException translate(SQLException failure) {
			int code = switch (failure.getErrorCode()) {
				case 23505 -> this.duplicate;
				case 50200 -> this.locked;
				case 40001, 90131 -> this.deadlock;
				case 42102, 42103, 42104, 90079 -> this.missingTable;
				default -> failure.getErrorCode();
			};
			return new SQLException(failure.getMessage(), failure.getSQLState(), code, failure);
		}

	}

}
