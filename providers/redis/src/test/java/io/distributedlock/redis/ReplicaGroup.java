package io.distributedlock.redis;

import java.time.Duration;
import java.util.List;
import java.util.Properties;

import io.distributedlock.test.TcpProxy;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A master with two replicas, each of which reaches it through a network of its own that
 * can fail.
 */
final class ReplicaGroup implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final RedisServer master;

	private final List<TcpProxy> networks;

	private final List<RedisServer> replicas;

	private final LettuceConnectionFactory administration;

	ReplicaGroup(RedisProgram program) throws Exception {
		this.master = new RedisServer(program, "--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0");
		this.networks = List.of(this.master.newProxy(), this.master.newProxy());
		this.replicas = this.networks.stream().map((network) -> replica(program, network)).toList();
		this.administration = Connections.administration(this.master.port());
		awaitReplicas();
	}

	private static RedisServer replica(RedisProgram program, TcpProxy network) {
		return new RedisServer(program, "--replicaof", "127.0.0.1", String.valueOf(network.port()), "--repl-timeout",
				"600");
	}

	RedisServer master() {
		return this.master;
	}

	RedisServer replica(int index) {
		return this.replicas.get(index);
	}

	/** Keeps what the master writes from a replica. */
	void cut(int index) {
		this.networks.get(index).cut();
	}

	/** Lets a replica seem to follow, but delivers nothing to it. */
	void hold(int index) {
		this.networks.get(index).holdReplies();
	}

	/** Mends what was cut or held. */
	void mend() throws Exception {
		this.networks.forEach(TcpProxy::mend);
		awaitReplicas();
	}

	/** That the master calls them online is not enough: it may not have noticed yet. */
	private void awaitReplicas() throws Exception {
		try (RedisConsole console = new RedisConsole(this.master)) {
			Eventually.holds("both replicas follow", PATIENCE, () -> {
				console.call("SET", "written", "to be acknowledged");
				return console.call("WAIT", "2", "1000").equals("2");
			});
		}
	}

	/** How many clients wait for replicas at the moment. */
	int waiting() {
		return Integer.parseInt(info("clients").getProperty("blocked_clients"));
	}

	/** How often clients have begun to wait for replicas. */
	long waits() {
		String statistics = info("commandstats").getProperty("cmdstat_wait", "calls=0,");
		return Long.parseLong(statistics.replaceFirst("calls=(\\d+),.*", "$1"));
	}

	private Properties info(String section) {
		try (RedisConnection connection = this.administration.getConnection()) {
			return connection.serverCommands().info(section);
		}
	}

	@Override
	public void close() {
		this.administration.destroy();
		this.networks.forEach(TcpProxy::close);
		this.replicas.forEach(RedisServer::close);
		this.master.close();
	}

}
