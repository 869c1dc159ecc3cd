package io.distributedlock.redis;

import java.util.ArrayList;
import java.util.List;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;

/**
 * Renews grants, many of them in one command. Thread-safe.
 */
class Renewals {

	private static final int GRANTS_PER_COMMAND = 200;

	private final Steps steps;

	private final Replicas replicas;

	private final Keys keys;

	private final String retention;

	Renewals(Steps steps, Replicas replicas, RedisLockStoreConfig config) {
		this.steps = steps;
		this.replicas = replicas;
		this.keys = new Keys(config.namespace());
		this.retention = Micros.of(config.retention());
	}

	/**
	 * Returns which part of the store keeps a lock.
	 */
	String partOf(String key) {
		return "";
	}

	RenewResult renew(RenewCommand command) {
		return renewTogether(List.of(command)).get(0);
	}

	/**
	 * Renews grants of one part.
	 * @param commands the grants
	 * @return the results, in their order
	 * @throws LockStoreException if the server fails
	 */
	List<RenewResult> renewAll(List<RenewCommand> commands) {
		List<RenewResult> results = new ArrayList<>();
		for (int from = 0; from < commands.size(); from += GRANTS_PER_COMMAND) {
			int to = Math.min(commands.size(), from + GRANTS_PER_COMMAND);
			results.addAll(renewTogether(commands.subList(from, to)));
		}
		return results;
	}

	private List<RenewResult> renewTogether(List<RenewCommand> commands) {
		List<byte[]> names = commands.stream().map((command) -> this.keys.of(command.key())).toList();
		List<String> arguments = new ArrayList<>();
		arguments.add(this.retention);
		commands.forEach((command) -> arguments.addAll(List.of(command.owner(), Micros.of(command.ttl()))));
		String more = (commands.size() > 1) ? "' and %d more".formatted(commands.size() - 1) : "'";
		String step = "renew lock '" + commands.get(0).key() + more;
		return this.steps
			.run(step,
					(connection) -> this.replicas.run(step, connection, LockScript.RENEW, names, arguments,
							Replies::isRenewed))
			.stream()
			.map(Replies::renew)
			.toList();
	}

}
