package io.distributedlock.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;

import org.springframework.data.redis.connection.ClusterSlotHashUtil;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisNode;

/**
 * A Cluster of three masters with a replica each. Slots of a master that is down are not
 * served; the others are.
 */
final class RedisCluster implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final int MASTERS = 3;

	private static final int BUS = 10_000;

	private static final int LARGEST_PORT = 65_535;

	private final RedisClient client = RedisClient.create();

	private final Map<RedisServer, StatefulRedisConnection<String, String>> connections = new ConcurrentHashMap<>();

	private final List<RedisServer> servers = new ArrayList<>();

	private final Map<RedisServer, String> ids = new HashMap<>();

	private RedisCluster() {
		for (int i = 0; i < 2 * MASTERS; i++) {
			this.servers.add(newServer());
		}
		this.servers.forEach((server) -> this.ids.put(server, commands(server).clusterMyId()));
	}

	static RedisCluster start() throws Exception {
		RedisCluster cluster = new RedisCluster();
		cluster.form();
		return cluster;
	}

	/**
	 * Returns the Cluster that all tests share that leave its servers running. It ends
	 * with the process.
	 */
	static RedisCluster shared() {
		return Shared.CLUSTER;
	}

	private static RedisServer newServer() {
		return new RedisServer(RedisProgram.EMBEDDED, RedisCluster::freePort, "--cluster-enabled", "yes",
				"--cluster-config-file", "nodes.conf", "--cluster-node-timeout", "1000",
				"--cluster-require-full-coverage", "no", "--repl-diskless-sync", "yes", "--repl-diskless-sync-delay",
				"0");
	}

	/** One whose port for the bus of the Cluster is free, too. */
	private static int freePort() {
		int port = RedisServer.freePort();
		while (port + BUS > LARGEST_PORT || !isFree(port + BUS)) {
			port = RedisServer.freePort();
		}
		return port;
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
			return socket.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

	private void form() throws Exception {
		RedisCommands<String, String> first = commands(this.servers.get(0));
		for (int i = 0; i < this.servers.size(); i++) {
			commands(this.servers.get(i)).clusterSetConfigEpoch(i + 1);
			if (i > 0) {
				first.clusterMeet("127.0.0.1", this.servers.get(i).port());
			}
		}
		for (int i = 0; i < MASTERS; i++) {
			int from = ClusterSlotHashUtil.SLOT_COUNT * i / MASTERS;
			int to = ClusterSlotHashUtil.SLOT_COUNT * (i + 1) / MASTERS;
			commands(this.servers.get(i)).clusterAddSlots(IntStream.range(from, to).toArray());
		}
		everywhere("every server knows the others",
				(server) -> commands(server).clusterInfo().contains("cluster_known_nodes:" + this.servers.size()));
		for (int i = 0; i < MASTERS; i++) {
			commands(replicaOf(master(i))).clusterReplicate(id(master(i)));
		}
		everywhere("every server knows the masters, and every replica follows one",
				(server) -> commands(server).clusterInfo().contains("cluster_state:ok")
						&& commands(server).clusterInfo().contains("cluster_slots_assigned:16384")
						&& commands(server).clusterNodes().split("slave ", -1).length == MASTERS + 1);
		everywhere("every replica has a copy", (server) -> commands(server).info("replication").contains("role:master")
				|| commands(server).info("replication").contains("master_link_status:up"));
	}

	private void everywhere(String what, Condition condition) throws Exception {
		for (RedisServer server : this.servers) {
			Eventually.holds(what, PATIENCE, () -> condition.isTrueOf(server));
		}
	}

	/** The first masters, with as many slots each. */
	RedisServer master(int number) {
		return this.servers.get(number);
	}

	List<RedisServer> masters() {
		return this.servers.subList(0, MASTERS);
	}

	/** The master that got a slot at the start. */
	RedisServer masterOf(String key) {
		int slot = slot(key);
		return Stream.of(0, 1, 2)
			.filter((i) -> slot < ClusterSlotHashUtil.SLOT_COUNT * (i + 1) / MASTERS)
			.map(this::master)
			.findFirst()
			.orElseThrow();
	}

	/** A key that nobody uses, whose lock is on a master. */
	String newKeyOn(RedisServer master) {
		return Stream.generate(() -> "key:" + UUID.randomUUID())
			.filter((key) -> masterOf(key) == master)
			.findFirst()
			.orElseThrow();
	}

	List<RedisServer> servers() {
		return List.copyOf(this.servers);
	}

	RedisServer replicaOf(RedisServer master) {
		return this.servers.get(this.servers.indexOf(master) + MASTERS);
	}

	/** The id of a server in the Cluster. */
	String id(RedisServer server) {
		return String.valueOf(this.ids.get(server));
	}

	/** The slot of a lock. */
	static int slot(String key) {
		return ClusterSlotHashUtil.calculateSlot(new Keys(RedisLockStoreConfig.DEFAULT_NAMESPACE).of(key));
	}

	/** Sends a server commands. The connection ends with the Cluster. */
	RedisCommands<String, String> commands(RedisServer server) {
		return this.connections.computeIfAbsent(server, this::connect).sync();
	}

	private StatefulRedisConnection<String, String> connect(RedisServer server) {
		return this.client.connect(RedisURI.create("127.0.0.1", server.port()));
	}

	/** How clients find the Cluster. */
	RedisClusterConfiguration configuration() {
		RedisClusterConfiguration configuration = new RedisClusterConfiguration();
		this.servers.forEach((server) -> configuration.addClusterNode(new RedisNode("127.0.0.1", server.port())));
		return configuration;
	}

	@Override
	public void close() {
		this.client.shutdown();
		this.servers.forEach(RedisServer::close);
	}

	@FunctionalInterface
	private interface Condition {

		boolean isTrueOf(RedisServer server);

	}

	/** Started when first needed. */
	private static final class Shared {

		private static final RedisCluster CLUSTER = start();

		private static RedisCluster start() {
			try {
				return RedisCluster.start();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
