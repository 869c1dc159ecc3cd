package io.distributedlock.redis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.BatchRenewal;
import io.distributedlock.store.ForcedRelease;
import io.distributedlock.store.LockInspection;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoreGuarantee;
import io.distributedlock.store.StoreProbe;
import io.distributedlock.store.StoredLock;
import io.distributedlock.store.WakeUpQueue;

import org.springframework.data.redis.connection.RedisClusterConnection;
import org.springframework.data.redis.connection.RedisClusterNode;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.util.Assert;

/**
 * Keeps locks in Redis or Valkey, one hash per key: on a single server, behind Sentinel,
 * or in a Cluster. The hash stays for the retention when its lock is released.
 * <p>
 * Each step is one script, executed atomically by the server that holds the key. Expiry
 * and tokens follow that server's clock alone. Replication is asynchronous: after a
 * failover the new master may not know the last grants, so that two nodes hold the lock
 * until the first one's lease ends; tokens grow all the same, unless the new master's
 * clock lags by more than the time since the last grant. Thread-safe.
 */
public final class RedisLockStore
		implements LockStore, LockInspection, ForcedRelease, BatchRenewal, WakeUpQueue, StoreProbe, StoreGuarantee {

	private static final String YES = "1";

	private static final String NO = "0";

	private final Steps steps;

	private final Replicas replicas;

	private final Keys keys;

	private final RedisLockStoreConfig config;

	private final boolean cluster;

	private final Renewals renewals;

	private final String retention;

	private final String id = UUID.randomUUID().toString();

	private final ConcurrentMap<String, WaitingNode> nodes = new ConcurrentHashMap<>();

	private final Set<RedisListening> listenings = ConcurrentHashMap.newKeySet();

	private RedisLockStore(Steps steps, Replicas replicas, RedisLockStoreConfig config, Renewals renewals,
			boolean cluster) {
		this.steps = steps;
		this.replicas = replicas;
		this.renewals = renewals;
		this.keys = new Keys(config.namespace());
		this.config = config;
		this.cluster = cluster;
		this.retention = Micros.of(config.retention());
	}

	/**
	 * Creates the store of a server and checks that it can be used. Warns of settings of
	 * the server under which locks can get lost.
	 * @param config connections, namespace and timeouts
	 * @return the store
	 * @throws LockStoreException if the server cannot be reached, or has such settings
	 * and the configuration is strict
	 * @throws IllegalArgumentException if replicas are to be waited for, and the
	 * connection factory does not allow it
	 */
	public static RedisLockStore open(RedisLockStoreConfig config) {
		String address = RedisAddress.of(config.connectionFactory());
		Failures failures = new Failures(address, config.storeTimeout());
		Steps steps = new Steps(config.connectionFactory(), failures);
		Replicas replicas = new Replicas(config, failures);
		DurabilityCheck durability = new DurabilityCheck(address, config.strict());
		SlotMap slots = new SlotMap();
		boolean cluster = steps.run("connect", (connection) -> {
			if (connection instanceof RedisClusterConnection clustered) {
				// one server that answers is enough
				slots.refresh(clustered);
			}
			else {
				new LockScan(connection, new Keys(config.namespace()), config.storeTimeout()).find("");
			}
			replicas.check(connection);
			durability.run(connection);
			return connection instanceof RedisClusterConnection;
		});
		Renewals renewals = cluster ? new ClusterRenewals(steps, replicas, config, slots)
				: new Renewals(steps, replicas, config);
		return new RedisLockStore(steps, replicas, config, renewals, cluster);
	}

	@Override
	public AcquireResult tryAcquire(AcquireCommand command) {
		return acquire(command, NO);
	}

	@Override
	public AcquireResult tryAcquireOrQueue(AcquireCommand command) {
		node(command.node()).queueing(command.key());
		return acquire(command, YES);
	}

	private AcquireResult acquire(AcquireCommand command, String queues) {
		String step = "acquire lock '" + command.key() + "'";
		List<String> arguments = List.of(command.owner(), command.node(), Micros.of(command.ttl()), this.retention,
				channel(command.node()), queues);
		AcquireResult result = Replies.acquire(this.steps.run(step, (connection) -> this.replicas.run(step, connection,
				LockScript.ACQUIRE, List.of(this.keys.of(command.key())), arguments, Replies::isGranted)));
		if (result instanceof Granted) {
			node(command.node()).left(command.key());
		}
		return result;
	}

	@Override
	public RenewResult renew(RenewCommand command) {
		return this.renewals.renew(command);
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Sends 200 grants at a time. In a Cluster each by itself, since a script on several
	 * keys is refused while their slot is migrated; what is not sent within the store
	 * timeout is busy.
	 */
	@Override
	public List<RenewResult> renewAll(List<RenewCommand> commands) {
		return this.renewals.renewAll(commands);
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * In a Cluster, each master is a part.
	 */
	@Override
	public String partOf(String key) {
		return this.renewals.partOf(key);
	}

	@Override
	public ReleaseResult release(ReleaseCommand command) {
		return Replies.release(release(command, "", NO));
	}

	@Override
	public ReleaseResult releaseAndQueue(ReleaseCommand command, String node) {
		ReleaseResult result = Replies.release(release(command, channel(node), YES));
		if (result == ReleaseResult.RELEASED_AND_QUEUED) {
			node(node).queueing(command.key());
		}
		return result;
	}

	private List<String> release(ReleaseCommand command, String channel, String queues) {
		return run("release lock '" + command.key() + "'", LockScript.RELEASE, command.key(), command.owner(),
				Micros.of(command.minHold()), this.retention, channel, queues, inCluster());
	}

	@Override
	public boolean abandon(String key, String owner, Duration bound) {
		run("take back lock '" + key + "'", LockScript.ABANDON, key, owner, Micros.of(bound), this.retention,
				inCluster());
		return true;
	}

	@Override
	public boolean forceRelease(String key) {
		List<String> reply = run("release by force lock '" + key + "'", LockScript.FORCE_RELEASE, key,
				UUID.randomUUID().toString(), this.retention, inCluster());
		return reply.get(0).equals("released");
	}

	@Override
	public Optional<StoredLock> find(String key) {
		return this.steps.run("find lock '" + key + "'", (connection) -> scan(connection).find(key));
	}

	@Override
	public List<StoredLock> held(String keyPrefix, int limit) {
		return this.steps.run("list locks '" + keyPrefix + "...'",
				(connection) -> scan(connection).held(keyPrefix, limit));
	}

	private LockScan scan(RedisConnection connection) {
		return new LockScan(connection, this.keys, this.config.storeTimeout());
	}

	@Override
	public void leaveQueue(String key, String node) {
		node(node).left(key);
		run("leave the queue for lock '" + key + "'", LockScript.LEAVE_QUEUE, key, channel(node), inCluster());
	}

	@Override
	public Listening listen(String node, Consumer<String> wakeUp) {
		RedisListening listening = this.steps.listen(channel(node), this.keys, node(node), wakeUp);
		this.listenings.add(listening);
		return () -> {
			this.listenings.remove(listening);
			listening.close();
		};
	}

	@Override
	public void close() {
		this.listenings.forEach(RedisListening::close);
	}

	private List<String> run(String name, LockScript script, String key, String... arguments) {
		return this.steps.run(name,
				(connection) -> script.run(connection, List.of(this.keys.of(key)), List.of(arguments)));
	}

	private String inCluster() {
		return this.cluster ? YES : NO;
	}

	private WaitingNode node(String id) {
		return this.nodes.computeIfAbsent(id, (unknown) -> new WaitingNode(System::nanoTime));
	}

	/** Its own even if other processes use the same node id. */
	private String channel(String node) {
		return this.config.namespace() + "wake-up:" + node + ":" + this.id;
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Pings the server, in a Cluster every master that has keys.
	 */
	@Override
	public void probe() {
		this.steps.run("ping", (connection) -> {
			if (connection instanceof RedisClusterConnection cluster) {
				List<RedisClusterNode> masters = LockScan.mastersWithSlots(cluster);
				Assert.state(!masters.isEmpty(), "no master of the Cluster has slots");
				masters.forEach(cluster::ping);
				return true;
			}
			return connection.ping();
		});
	}

	@Override
	public String guarantee() {
		return "one lease of a lock at a time, while masters keep their memory and their clocks do not step forward; "
				+ "a failover can forget the last grants";
	}

	/**
	 * Returns where the locks are, for logs.
	 * @return the server and the pattern of the Redis keys
	 */
	@Override
	public String toString() {
		return "%s, keys %s*".formatted(RedisAddress.of(this.config.connectionFactory()), this.config.namespace());
	}

}
