package io.distributedlock.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.distributedlock.LockStoreException;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.ReturnType;
import org.springframework.data.redis.core.script.DigestUtils;

/**
 * A step as a script that Redis executes atomically. Sent by its digest; in full where
 * the server does not know it, as after a restart.
 */
enum LockScript {

	ACQUIRE("acquire"), RENEW("renew"), RELEASE("release"), ABANDON("abandon"), FORCE_RELEASE("force-release"),
	LEAVE_QUEUE("leave-queue"), FIND("find");

	private final String text;

	private final String digest;

	LockScript(String name) {
		this.text = resource("lock.lua") + resource(name + ".lua");
		this.digest = DigestUtils.sha1DigestAsHex(this.text);
	}

	private static String resource(String name) {
		try (InputStream content = Objects.requireNonNull(LockScript.class.getResourceAsStream(name), name)) {
			return new String(content.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Runs the script.
	 * @param connection where to
	 * @param keys the locks
	 * @param arguments what else the script is told
	 * @return what it returned
	 */
	List<String> run(RedisConnection connection, List<byte[]> keys, List<String> arguments) {
		try {
			return strings(connection.scriptingCommands()
				.evalSha(this.digest, ReturnType.MULTI, keys.size(), together(keys, arguments)));
		}
		catch (RuntimeException ex) {
			if (!isUnknownScript(ex)) {
				throw ex;
			}
			return runInFull(connection, keys, arguments);
		}
	}

	/**
	 * Runs the script by its text, so that one command does.
	 * @param connection where to
	 * @param keys the locks
	 * @param arguments what else the script is told
	 * @return what it returned
	 */
	List<String> runInFull(RedisConnection connection, List<byte[]> keys, List<String> arguments) {
		return strings(connection.scriptingCommands()
			.eval(this.text.getBytes(StandardCharsets.UTF_8), ReturnType.MULTI, keys.size(),
					together(keys, arguments)));
	}

	private static byte[][] together(List<byte[]> keys, List<String> arguments) {
		return Stream.concat(keys.stream(), arguments.stream().map((each) -> each.getBytes(StandardCharsets.UTF_8)))
			.toArray(byte[][]::new);
	}

	private static boolean isUnknownScript(RuntimeException failure) {
		return String.valueOf(NestedExceptionUtils.getMostSpecificCause(failure).getMessage()).startsWith("NOSCRIPT");
	}

	private List<String> strings(Object reply) {
		if (reply instanceof List<?> list) {
			return list.stream().map((each) -> new String((byte[]) each, StandardCharsets.UTF_8)).toList();
		}
		throw new LockStoreException("Redis answered %s to script %s".formatted(reply, this), null);
	}

}
