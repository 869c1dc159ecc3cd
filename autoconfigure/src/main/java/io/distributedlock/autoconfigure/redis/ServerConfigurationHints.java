package io.distributedlock.autoconfigure.redis;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Tells a native image which fields {@link ServerConfiguration} reads.
 */
final class ServerConfigurationHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection()
			.registerTypeIfPresent(classLoader,
					"org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory",
					(type) -> type.withField("configuration").withField("standaloneConfig"))
			.registerTypeIfPresent(classLoader,
					"org.springframework.data.redis.connection.jedis.JedisConnectionFactory",
					(type) -> type.withField("configuration").withField("standaloneConfig"));
	}

}
