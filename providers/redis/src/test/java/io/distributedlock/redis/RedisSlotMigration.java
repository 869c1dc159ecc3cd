package io.distributedlock.redis;

import java.util.List;

import io.lettuce.core.MigrateArgs;
import io.lettuce.core.api.sync.RedisCommands;

/**
 * Moves the slot of a lock to the next master, step by step as an operator's tool does.
 */
final class RedisSlotMigration {

	private static final int TIMEOUT_MILLIS = 5_000;

	private final RedisCluster cluster;

	private final int slot;

	private final RedisServer source;

	private final RedisServer target;

	RedisSlotMigration(RedisCluster cluster, String key) {
		this.cluster = cluster;
		this.slot = RedisCluster.slot(key);
		this.source = cluster.masterOf(key);
		List<RedisServer> masters = cluster.masters();
		this.target = masters.get((masters.indexOf(this.source) + 1) % masters.size());
	}

	RedisServer target() {
		return this.target;
	}

	void begin() {
		on(this.target).clusterSetSlotImporting(this.slot, this.cluster.id(this.source));
		on(this.source).clusterSetSlotMigrating(this.slot, this.cluster.id(this.target));
	}

	void move(String key) {
		moveName(RedisLockStoreConfig.DEFAULT_NAMESPACE + key);
	}

	private void moveName(String name) {
		on(this.source).migrate("127.0.0.1", this.target.port(), 0, TIMEOUT_MILLIS, MigrateArgs.Builder.key(name));
	}

	void forgetScripts() {
		on(this.target).scriptFlush();
	}

	void end() {
		on(this.source).clusterGetKeysInSlot(this.slot, 100).forEach(this::moveName);
		for (RedisServer master : List.of(this.target, this.source)) {
			on(master).clusterSetSlotNode(this.slot, this.cluster.id(this.target));
		}
	}

	private RedisCommands<String, String> on(RedisServer server) {
		return this.cluster.commands(server);
	}

}
