package io.distributedlock.redis;

import java.util.Arrays;

import org.springframework.data.redis.connection.ClusterSlotHashUtil;
import org.springframework.data.redis.connection.RedisClusterConnection;
import org.springframework.data.redis.connection.RedisClusterNode;

/**
 * Which master of a Cluster keeps which slot, as far as known. Thread-safe.
 */
final class SlotMap {

	private static final String UNKNOWN = "";

	private volatile String[] masters = unknown();

	/**
	 * Returns the master that keeps a Redis key.
	 * @return its id, empty if unknown
	 */
	String masterOf(byte[] name) {
		return this.masters[ClusterSlotHashUtil.calculateSlot(name)];
	}

	/**
	 * Learns from the client, which may have to ask a server.
	 */
	void refresh(RedisClusterConnection connection) {
		String[] found = unknown();
		for (RedisClusterNode node : connection.clusterGetNodes()) {
			if (node.isMaster()) {
				for (int slot : node.getSlotRange().getSlotsArray()) {
					found[slot] = String.valueOf(node.getId());
				}
			}
		}
		this.masters = found;
	}

	private static String[] unknown() {
		String[] masters = new String[ClusterSlotHashUtil.SLOT_COUNT];
		Arrays.fill(masters, UNKNOWN);
		return masters;
	}

}
