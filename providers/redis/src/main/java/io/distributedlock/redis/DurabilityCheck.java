package io.distributedlock.redis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;

import io.distributedlock.LockStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.RedisClusterConnection;
import org.springframework.data.redis.connection.RedisClusterNode;
import org.springframework.data.redis.connection.RedisConnection;

/**
 * Looks for settings under which a server loses locks, in a Cluster on every master. Many
 * services forbid to read them: that is no reason not to start.
 */
final class DurabilityCheck {

	private static final Logger logger = LoggerFactory.getLogger(DurabilityCheck.class);

	private final String address;

	private final boolean strict;

	/**
	 * Creates an instance.
	 * @param address where the server is, for messages
	 * @param strict whether to refuse such settings, or to warn of them
	 */
	DurabilityCheck(String address, boolean strict) {
		this.address = address;
		this.strict = strict;
	}

	/**
	 * Checks the settings.
	 * @param connection where to
	 * @throws LockStoreException if locks can get lost and the check is strict
	 */
	void run(RedisConnection connection) {
		List<String> findings = new ArrayList<>();
		servers(connection).forEach((server, settings) -> {
			try {
				ServerSettings.of(settings).findings().forEach((finding) -> findings.add(server + ": " + finding));
			}
			catch (RuntimeException ex) {
				reportUnknown(server, ex);
			}
		});
		if (!findings.isEmpty()) {
			report(String.join("; ", findings));
		}
	}

	private Map<String, Function<String, Properties>> servers(RedisConnection connection) {
		if (!(connection instanceof RedisClusterConnection cluster)) {
			return Map.of(this.address, (name) -> connection.serverCommands().getConfig(name));
		}
		Map<String, Function<String, Properties>> servers = new LinkedHashMap<>();
		for (RedisClusterNode node : cluster.clusterGetNodes()) {
			if (node.isMaster() && node.isConnected()) {
				servers.put(node.asString(), (name) -> cluster.serverCommands().getConfig(node, name));
			}
		}
		return servers;
	}

	private void report(String findings) {
		String message = "Provider redis can lose locks (%s). Then a second node acquires what the first still holds, until its next renewal is refused; fencing tokens grow all the same, by the server's clock"
			.formatted(findings);
		if (this.strict) {
			throw new LockStoreException(
					message + ". To start nevertheless, set distributed-lock.redis.strict to false", null);
		}
		logger.warn(message);
	}

	private void reportUnknown(String server, RuntimeException failure) {
		boolean outage = failure instanceof RedisConnectionFailureException || failure instanceof QueryTimeoutException;
		if (this.strict && outage) {
			throw failure;
		}
		logger.atLevel(this.strict ? Level.WARN : Level.INFO)
			.log("Provider redis could not check whether {} can lose locks: {}. Make sure that its maxmemory-policy is noeviction and its appendonly yes",
					server, NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
	}

}
