package io.distributedlock.benchmarks.recording;

import java.util.List;
import java.util.function.Consumer;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisScriptingCommands;

/**
 * Stands before a connection factory and tells which scripts are called by their digest.
 */
public final class ScriptRecorder {

	private final Consumer<RecordedScript> listener;

	private ScriptRecorder(Consumer<RecordedScript> listener) {
		this.listener = listener;
	}

	/**
	 * Puts a recorder before a connection factory.
	 * @param target where the commands go
	 * @param listener told each call before it is sent
	 * @return the connection factory to use
	 */
	public static RedisConnectionFactory before(RedisConnectionFactory target, Consumer<RecordedScript> listener) {
		return new ScriptRecorder(listener).factory(target);
	}

	private RedisConnectionFactory factory(RedisConnectionFactory target) {
		return Proxies.proxy(RedisConnectionFactory.class, (proxy, method, arguments) -> {
			Object result = Proxies.call(target, method, arguments);
			return (result instanceof RedisConnection connection) ? connection(connection) : result;
		});
	}

	private RedisConnection connection(RedisConnection target) {
		return Proxies.proxy(RedisConnection.class, (proxy, method, arguments) -> {
			Object result = Proxies.call(target, method, arguments);
			return (method.getName().equals("scriptingCommands") && result instanceof RedisScriptingCommands commands)
					? commands(commands) : result;
		});
	}

	private RedisScriptingCommands commands(RedisScriptingCommands target) {
		return Proxies.proxy(RedisScriptingCommands.class, (proxy, method, arguments) -> {
			if (method.getName().equals("evalSha")) {
				this.listener.accept(new RecordedScript(String.valueOf(arguments[0]), (Integer) arguments[2],
						List.of((byte[][]) arguments[3])));
			}
			return Proxies.call(target, method, arguments);
		});
	}

}
