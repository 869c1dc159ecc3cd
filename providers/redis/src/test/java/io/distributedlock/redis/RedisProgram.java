package io.distributedlock.redis;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

import redis.embedded.core.ExecutableProvider;

/**
 * A program that serves Redis.
 */
enum RedisProgram {

	/** Redis 6.2, from a Maven artifact. */
	EMBEDDED {
		@Override
		Optional<Path> find() {
			try {
				return Optional.of(ExecutableProvider.newJarResourceProvider().get().toPath());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	},

	/** Redis 8, if the machine has it. */
	REDIS_8 {
		@Override
		Optional<Path> find() {
			return onTheMachine("DISTRIBUTED_LOCK_TEST_REDIS8", "redis-server", "v=8.");
		}
	},

	/** Valkey 9, if the machine has it. */
	VALKEY_9 {
		@Override
		Optional<Path> find() {
			return onTheMachine("DISTRIBUTED_LOCK_TEST_VALKEY9", "valkey-server", "v=9.");
		}
	};

	private final Optional<Path> path = find();

	static boolean isRedis8Available() {
		return REDIS_8.isAvailable();
	}

	static boolean isValkey9Available() {
		return VALKEY_9.isAvailable();
	}

	abstract Optional<Path> find();

	boolean isAvailable() {
		return this.path.isPresent();
	}

	Path path() {
		return this.path.orElseThrow();
	}

	/** The environment variable says where, else the PATH. */
	private static Optional<Path> onTheMachine(String variable, String name, String version) {
		String configured = System.getenv(variable);
		if (configured != null) {
			return Optional.of(Path.of(configured));
		}
		return Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator))
			.map((folder) -> Path.of(folder, name))
			.filter((program) -> Files.isExecutable(program) && versionOf(program).contains(version))
			.findFirst();
	}

	private static String versionOf(Path program) {
		try {
			Process process = new ProcessBuilder(program.toString(), "--version").start();
			return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			return "";
		}
	}

}
