package io.distributedlock.benchmarks.redis;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.distributedlock.benchmarks.measure.Traffic;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;

/**
 * Counts what a server executes, by its own statistics: those of the commands that start
 * a script, and all, what scripts call included.
 */
public final class CommandCounts implements Traffic, AutoCloseable {

	private static final Pattern CALLS = Pattern.compile("cmdstat_([^:]+):calls=(\\d+)");

	private final RedisClient client;

	private final StatefulRedisConnection<String, String> connection;

	/**
	 * Connects to a server.
	 * @param port its port
	 */
	public CommandCounts(int port) {
		this.client = RedisClients.lettuce(port);
		this.connection = this.client.connect();
	}

	@Override
	public Map<String, Long> counts() {
		Map<String, Long> calls = CALLS.matcher(this.connection.sync().info("commandstats"))
			.results()
			.collect(Collectors.toMap((found) -> found.group(1), CommandCounts::calls));
		Map<String, Long> counts = new LinkedHashMap<>();
		counts.put("scripts", sum(calls, (name) -> name.startsWith("eval")));
		counts.put("commands with those of scripts", sum(calls, (name) -> !name.equals("info")));
		return counts;
	}

	private static long calls(MatchResult found) {
		return Long.parseLong(found.group(2));
	}

	private static long sum(Map<String, Long> calls, Predicate<String> counted) {
		return calls.keySet().stream().filter(counted).mapToLong(calls::get).sum();
	}

	@Override
	public void close() {
		this.client.close();
	}

}
