package io.distributedlock.redis;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.distributedlock.test.TcpProxy;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import redis.embedded.RedisSentinel;

import org.springframework.data.redis.connection.RedisSentinelConfiguration;

/**
 * A master and a replica, watched by three sentinels that take half a second without an
 * answer for the master's death.
 */
final class RedisSentinels implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final String NAME = "locks";

	private final RedisClient client = RedisClient.create();

	private final RedisServer master = new RedisServer(RedisProgram.EMBEDDED, "--repl-diskless-sync", "yes",
			"--repl-diskless-sync-delay", "0");

	private final RedisServer replica = new RedisServer(RedisProgram.EMBEDDED, "--repl-diskless-sync", "yes",
			"--repl-diskless-sync-delay", "0", "--replicaof", "127.0.0.1", String.valueOf(this.master.port()));

	private final TcpProxy replication = this.master.newProxy();

	private final List<RedisSentinel> sentinels;

	private final Map<RedisServer, StatefulRedisConnection<String, String>> servers = new ConcurrentHashMap<>();

	private RedisSentinels() throws IOException {
		this.sentinels = Stream.generate(this::newSentinel).limit(3).toList();
		for (RedisSentinel sentinel : this.sentinels) {
			sentinel.start();
		}
	}

	static RedisSentinels start() throws Exception {
		RedisSentinels sentinels = new RedisSentinels();
		sentinels.awaitReplication();
		for (RedisSentinel sentinel : sentinels.sentinels) {
			sentinels.awaitKnowledge(sentinel);
		}
		return sentinels;
	}

	private RedisSentinel newSentinel() {
		return RedisSentinel.newRedisSentinel()
			.bind("127.0.0.1")
			.port(RedisServer.freePort())
			.masterName(NAME)
			.masterPort(this.master.port())
			.quorumSize(2)
			.downAfterMilliseconds(500)
			.failOverTimeout(2_000)
			.onShutdownForceStop(true)
			.build();
	}

	private void awaitKnowledge(RedisSentinel sentinel) throws Exception {
		RedisURI address = RedisURI.create("127.0.0.1", sentinel.ports().get(0));
		try (StatefulRedisSentinelConnection<String, String> connection = this.client.connectSentinel(address)) {
			Eventually.holds("each sentinel knows the others and the replica", PATIENCE, () -> {
				Map<String, String> known = connection.sync().master(NAME);
				return "2".equals(known.get("num-other-sentinels")) && "1".equals(known.get("num-slaves"));
			});
		}
	}

	RedisServer master() {
		return this.master;
	}

	/** Waits until the replica has a copy of everything. */
	void awaitReplication() throws Exception {
		Eventually.holds("the replica follows", PATIENCE,
				() -> commands(this.replica).info("replication").contains("master_link_status:up"));
		long offset = offset(this.master, "master_repl_offset");
		Eventually.holds("the replica has a copy", PATIENCE, () -> offset(this.replica, "slave_repl_offset") >= offset);
	}

	private long offset(RedisServer server, String field) {
		return commands(server).info("replication")
			.lines()
			.filter((line) -> line.startsWith(field + ":"))
			.mapToLong((line) -> Long.parseLong(line.substring(field.length() + 1)))
			.findFirst()
			.orElse(-1);
	}

	/**
	 * Cuts the network between master and replica. The sentinels mend it after some
	 * seconds if the master still lives then.
	 */
	void cutReplication() throws Exception {
		commands(this.replica).replicaof("127.0.0.1", this.replication.port());
		awaitReplication();
		this.replication.cut();
		Eventually.holds("the replica is cut off", PATIENCE,
				() -> commands(this.replica).info("replication").contains("master_link_status:down"));
	}

	private RedisCommands<String, String> commands(RedisServer server) {
		return this.servers
			.computeIfAbsent(server, (unknown) -> this.client.connect(RedisURI.create("127.0.0.1", server.port())))
			.sync();
	}

	/** How clients find the master. */
	RedisSentinelConfiguration configuration() {
		RedisSentinelConfiguration configuration = new RedisSentinelConfiguration().master(NAME);
		this.sentinels.forEach((sentinel) -> configuration.sentinel("127.0.0.1", sentinel.ports().get(0)));
		return configuration;
	}

	@Override
	public void close() throws IOException {
		this.client.shutdown();
		for (RedisSentinel sentinel : this.sentinels) {
			sentinel.stop();
		}
		this.replica.close();
		this.master.close();
		this.replication.close();
	}

}
