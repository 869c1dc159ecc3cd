package io.distributedlock.redis;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.StepNotSentException;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.QueryTimeoutException;

/**
 * Tells what failed, where, and what to check.
 */
final class Failures {

	/** Before Redis 7 it follows the position in the script that met the error. */
	private static final Pattern CODE = Pattern.compile(
			"\\b(READONLY|OOM|NOPERM|NOAUTH|WRONGPASS|WRONGTYPE|MISCONF|LOADING|BUSY|CLUSTERDOWN|MASTERDOWN|NOREPLICAS)\\b"
					+ "|ACL failure in script|The user executing the script can't");

	private final String server;

	private final Duration storeTimeout;

	Failures(String server, Duration storeTimeout) {
		this.server = server;
		this.storeTimeout = storeTimeout;
	}

	LockStoreException during(String step, RuntimeException failure) {
		return new LockStoreException(message(step, failure), failure);
	}

	StepNotSentException notSent(String step, RuntimeException failure) {
		return new StepNotSentException(message(step, failure), failure);
	}

	LockStoreException notAcknowledged(String step, long acknowledged, int replicas, Duration timeout) {
		return new LockStoreException(
				"Provider redis could not %s (%s): %d of %d replicas acknowledged it within %d ms. Check that the replicas run and keep up with the master, or lower distributed-lock.redis.replicas"
					.formatted(step, this.server, acknowledged, replicas, timeout.toMillis()),
				null);
	}

	private String message(String step, RuntimeException failure) {
		Throwable origin = NestedExceptionUtils.getMostSpecificCause(failure);
		String description = String.valueOf(origin.getMessage()).lines().findFirst().orElse("").strip();
		return "Provider redis could not %s (%s): %s, %s. %s".formatted(step, this.server,
				origin.getClass().getSimpleName(), description.replaceFirst("\\.+$", ""), advice(failure, description));
	}

	private String advice(RuntimeException failure, String description) {
		if (failure instanceof QueryTimeoutException || isReadTimeout(failure)) {
			return "It did not answer in time (the store timeout is %d ms): check the server's load and the network"
				.formatted(this.storeTimeout.toMillis());
		}
		Matcher code = CODE.matcher(description);
		return switch (code.find() ? code.group() : "") {
			case "READONLY" -> "The server is a replica: connect to the master";
			case "OOM" -> "The server's memory is full: raise maxmemory";
			case "NOPERM", "ACL failure in script", "The user executing the script can't" ->
				"Give the user the rights that docs/redis.md lists";
			case "NOAUTH", "WRONGPASS" -> "Check user and password";
			case "WRONGTYPE" -> "Something else uses that key: choose another namespace";
			case "MISCONF" -> "The server cannot write its snapshot and refuses writes: check its disk";
			case "LOADING" -> "The server loads its data: wait until it is up";
			case "BUSY" -> "A script of somebody else blocks the server: check what runs there";
			case "CLUSTERDOWN" -> "The cluster does not serve every slot: check its nodes";
			case "MASTERDOWN" -> "The replica has no master: check the failover";
			case "NOREPLICAS" -> "Too few replicas follow the master for its min-replicas-to-write: check them";
			default -> "Check that the server is up and can be reached";
		};
	}

	/** As Jedis says it; a connection that cannot be made times out with other words. */
	private static boolean isReadTimeout(RuntimeException failure) {
		return NestedExceptionUtils.getMostSpecificCause(failure) instanceof SocketTimeoutException timeout
				&& String.valueOf(timeout.getMessage()).contains("Read");
	}

}
