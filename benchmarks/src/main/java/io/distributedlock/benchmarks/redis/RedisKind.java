package io.distributedlock.benchmarks.redis;

import java.io.File;
import java.util.Arrays;
import java.util.Locale;

import redis.embedded.core.ExecutableProvider;

/**
 * The servers of the Redis provider that can be measured, each without persistence.
 */
public enum RedisKind {

	/** Redis 6.2 from a Maven artifact. */
	REDIS,

	/** Redis 8, which the environment variable DISTRIBUTED_LOCK_TEST_REDIS8 names. */
	REDIS8,

	/** Valkey 9, which the environment variable DISTRIBUTED_LOCK_TEST_VALKEY9 names. */
	VALKEY9;

	/**
	 * Tells whether one of these servers is meant, and no database.
	 * @param name the name of a server, in any case
	 * @return whether {@link #parse} knows it
	 */
	public static boolean isNamed(String name) {
		return Arrays.stream(values()).anyMatch((kind) -> kind.name().equalsIgnoreCase(name));
	}

	/**
	 * Reads a name.
	 * @param name the name, in any case
	 * @return the kind of server
	 * @throws IllegalArgumentException if it is unknown
	 */
	public static RedisKind parse(String name) {
		return valueOf(name.toUpperCase(Locale.ROOT));
	}

	/**
	 * Starts an empty server.
	 * @return the server, to be closed
	 */
	public RunningRedis start() {
		return RunningRedis.start(switch (this) {
			case REDIS -> ExecutableProvider.newJarResourceProvider();
			case REDIS8 -> () -> onTheMachine("DISTRIBUTED_LOCK_TEST_REDIS8");
			case VALKEY9 -> () -> onTheMachine("DISTRIBUTED_LOCK_TEST_VALKEY9");
		});
	}

	private static File onTheMachine(String variable) {
		String path = System.getenv(variable);
		if (path == null) {
			throw new IllegalStateException(
					"Set the environment variable %s to the path of the server's program".formatted(variable));
		}
		return new File(path);
	}

}
