package io.distributedlock.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * Stands before a data source, writes down the calls that reach the database, and can
 * answer some of them itself.
 */
final class Recorder {

	private final List<String> calls = new CopyOnWriteArrayList<>();

	private final Map<String, Object> answers = new ConcurrentHashMap<>();

	private final DataSource dataSource;

	Recorder(DataSource dataSource) {
		this.dataSource = proxy(DataSource.class, dataSource);
	}

	DataSource dataSource() {
		return this.dataSource;
	}

	/**
	 * Answers a method by itself from now on, by a value or by throwing it.
	 */
	void answer(String method, Object valueOrFailure) {
		this.answers.put(method, valueOrFailure);
	}

	/**
	 * Returns the calls since the last time, without parameters and statements.
	 */
	List<String> takeCalls() {
		List<String> taken = List.copyOf(this.calls);
		this.calls.clear();
		return taken;
	}

	private <T> T proxy(Class<T> type, T target) {
		InvocationHandler handler = (proxy, method, arguments) -> {
			record(type, method.getName(), arguments);
			Object answer = this.answers.get(type.getSimpleName() + "." + method.getName());
			if (answer instanceof Throwable failure) {
				throw failure;
			}
			if (answer != null) {
				return answer;
			}
			try {
				Object result = method.invoke(target, arguments);
				return (result != null) ? wrap(result) : null;
			}
			catch (InvocationTargetException ex) {
				throw ex.getCause();
			}
		};
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

	private void record(Class<?> type, String method, @Nullable Object @Nullable [] arguments) {
		boolean telling = arguments != null && arguments.length == 1 && !(arguments[0] instanceof String);
		if (!method.equals("setObject")) {
			this.calls.add(type.getSimpleName() + "." + method + (telling ? Arrays.toString(arguments) : ""));
		}
	}

	private Object wrap(Object result) {
		if (result instanceof Connection connection) {
			return proxy(Connection.class, connection);
		}
		if (result instanceof DatabaseMetaData metaData) {
			return proxy(DatabaseMetaData.class, metaData);
		}
		return (result instanceof PreparedStatement statement) ? proxy(PreparedStatement.class, statement) : result;
	}

}
