package io.distributedlock.benchmarks.recording;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

import javax.sql.DataSource;

/**
 * Stands before a data source and tells what is sent to the database: statements, commits
 * and rollbacks. Not what a pool or driver sends by itself.
 */
public final class StatementRecorder {

	private final Consumer<RecordedStatement> listener;

	private StatementRecorder(Consumer<RecordedStatement> listener) {
		this.listener = listener;
	}

	/**
	 * Puts a recorder before a data source.
	 * @param target where the statements go
	 * @param listener told each statement before it is sent; has to be thread-safe if the
	 * data source is used by several threads
	 * @return the data source to use
	 */
	public static DataSource before(DataSource target, Consumer<RecordedStatement> listener) {
		return new StatementRecorder(listener).dataSource(target);
	}

	private DataSource dataSource(DataSource target) {
		return Proxies.proxy(DataSource.class, (proxy, method, arguments) -> {
			Object result = Proxies.call(target, method, arguments);
			return (result instanceof Connection connection) ? connection(connection) : result;
		});
	}

	private Connection connection(Connection target) {
		return Proxies.proxy(Connection.class, (proxy, method, arguments) -> {
			if (method.getName().equals("commit") || method.getName().equals("rollback")) {
				this.listener.accept(new RecordedStatement(method.getName(), List.of()));
			}
			Object result = Proxies.call(target, method, arguments);
			if (result instanceof PreparedStatement statement) {
				return statement(PreparedStatement.class, statement, String.valueOf(arguments[0]));
			}
			return (result instanceof Statement statement) ? statement(Statement.class, statement, "") : result;
		});
	}

	private <S extends Statement> S statement(Class<S> type, S target, String prepared) {
		SortedMap<Integer, Object> parameters = new TreeMap<>();
		return Proxies.proxy(type, (proxy, method, arguments) -> {
			if (method.getName().startsWith("execute")) {
				String sql = (arguments != null) ? String.valueOf(arguments[0]) : prepared;
				this.listener.accept(new RecordedStatement(sql, List.copyOf(parameters.values())));
			}
			else if (method.getName().startsWith("set") && arguments != null && arguments.length >= 2) {
				parameters.put((Integer) arguments[0], arguments[1]);
			}
			return Proxies.call(target, method, arguments);
		});
	}

}
