package io.distributedlock.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.WakeUpQueue.Listening;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What servers of a Cluster that fail do to locks on the others, and to their own.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RedisClusterOutageTests {

	private static final Duration PATIENCE = Duration.ofSeconds(40);

	private final RedisCluster cluster = start();

	private final LettuceConnectionFactory connections = RedisClusterConnections.lettuce(this.cluster);

	private final RedisLockStore store = RedisLockStore.open(Connections.config(this.connections));

	private final LockEngine engine = newEngine("node");

	private static RedisCluster start() {
		try {
			return RedisCluster.start();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private LockEngine newEngine(String node) {
		return LockEngine.builder()
			.nodeId(node)
			.storeTimeout(Connections.TIMEOUT.multipliedBy(2))
			.provider(new LockProvider("redis", () -> this.store))
			.build();
	}

	@AfterEach
	void close() {
		this.engine.close();
		this.store.close();
		this.connections.destroy();
		this.cluster.close();
	}

	/** Nothing takes over: its replica hangs, too. */
	@Test
	void aMasterThatHangsCostsNoLeaseOnTheOthers() throws Exception {
		RedisServer hanging = this.cluster.master(0);
		List<Lease> lost = leasesOn(hanging);
		List<Lease> kept = Stream.of(1, 2).flatMap((i) -> leasesOn(this.cluster.master(i)).stream()).toList();
		hanging.freeze();
		this.cluster.replicaOf(hanging).freeze();
		long start = System.nanoTime();
		Eventually.holds("leases on the master that hangs are lost", Duration.ofSeconds(4),
				() -> lost.stream().noneMatch(Lease::isHeld));
		while (System.nanoTime() - start < Duration.ofSeconds(10).toNanos()) {
			assertThat(kept).allMatch(Lease::isHeld);
			TimeUnit.MILLISECONDS.sleep(20);
		}
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> this.store.held("", 1_000));
		hanging.thaw();
		this.cluster.replicaOf(hanging).thaw();
		Eventually.holds("locks of all masters are listed again", PATIENCE, () -> hasListed(kept));
		kept.forEach(Lease::close);
	}

	@Test
	void aMasterThatHangsFailsTheProbe() throws Exception {
		this.store.probe();
		RedisServer hanging = this.cluster.master(1);
		hanging.freeze();
		this.cluster.replicaOf(hanging).freeze();
		long start = System.nanoTime();
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(this.store::probe);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Connections.TIMEOUT.multipliedBy(2));
		hanging.thaw();
		this.cluster.replicaOf(hanging).thaw();
		Eventually.holds("the probe succeeds again", PATIENCE, this::isProbed);
	}

	private boolean isProbed() {
		try {
			this.store.probe();
			return true;
		}
		catch (LockStoreException ex) {
			return false;
		}
	}

	@Test
	void theStoreLearnsWhereSlotsMovedToWhenAMasterFails() throws Exception {
		String key = this.cluster.newKeyOn(this.cluster.master(1));
		RedisSlotMigration migration = new RedisSlotMigration(this.cluster, key);
		migration.begin();
		migration.end();
		String newMaster = this.cluster.id(migration.target());
		assertThat(newMaster).isNotEqualTo(this.store.partOf(key));
		Owner unlucky = Owner.of(this.store, this.cluster.newKeyOn(this.cluster.master(0)));
		this.cluster.master(0).freeze();
		this.cluster.replicaOf(this.cluster.master(0)).freeze();
		Eventually.holds("the store knows the new master", PATIENCE, () -> {
			// redirected, which tells the client
			this.store.find(key);
			assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> this.store
				.renewAll(List.of(new RenewCommand(unlucky.key(), unlucky.token(), unlucky.ttl()))));
			return this.store.partOf(key).equals(newMaster);
		});
	}

	private boolean hasListed(List<Lease> leases) {
		try {
			return this.store.held("", 1_000).size() == leases.size();
		}
		catch (LockStoreException ex) {
			return false;
		}
	}

	@Test
	void theReplicaOfADeadMasterTakesItsLocksOver() throws Exception {
		RedisServer dying = this.cluster.master(0);
		List<Lease> others = Stream.of(1, 2).flatMap((i) -> leasesOn(this.cluster.master(i)).stream()).toList();
		Owner holder = Owner.of(this.store, this.cluster.newKeyOn(dying));
		long token = holder.acquire();
		Owner free = Owner.of(this.store, this.cluster.newKeyOn(dying));
		long tokenOfFree = free.acquire();
		free.release();
		this.cluster.commands(dying).waitForReplication(1, 5_000);
		dying.kill();
		long killed = System.nanoTime();
		Eventually.holds("the lock can be renewed again", PATIENCE, () -> isRenewed(holder));
		System.out.printf("Cluster: a lock was usable again %d ms after its master was killed%n",
				TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed));
		assertThat(holder.rival().tryAcquire()).isInstanceOf(Held.class);
		assertThat(free.rival().acquire()).isGreaterThan(tokenOfFree);
		holder.release();
		assertThat(holder.rival().acquire()).isGreaterThan(token);
		assertThat(others).allMatch(Lease::isHeld);
		assertThat(this.store.held("", 1_000)).hasSize(others.size() + 2);
		others.forEach(Lease::close);
		RedisLockStore.open(Connections.config(this.connections)).close();
	}

	private static boolean isRenewed(Owner owner) {
		try {
			return owner.renew() == RenewResult.RENEWED;
		}
		catch (LockStoreException ex) {
			return false;
		}
	}

	@Test
	void wakeUpsComeAgainWhenTheServerOfTheSubscriptionDied() throws Exception {
		WakeUpLog wakeUps = new WakeUpLog();
		try (LockEngine waiting = newEngine("waiting")) {
			Lease other = this.engine.acquire(LockRequest.of("other"));
			CompletableFuture<Lease> waiterForOther = waitFor(waiting, "other");
			Eventually.holds("the waiter listens", PATIENCE, () -> isServed("waiting"));
			RedisServer dying = serverOf("waiting");
			String key = keyWithout(dying);
			Lease held = this.engine.acquire(LockRequest.of(key));
			CompletableFuture<Lease> waiter = waitFor(waiting, key);
			Listening listening = listenAt(dying, wakeUps);
			dying.kill();
			held.close();
			// by asking again, which needs no wake-up
			waiter.get(3, TimeUnit.SECONDS).close();
			Eventually.holds("wake-ups come again", PATIENCE, () -> isWoken(key, wakeUps));
			listening.close();
			waiterForOther.cancel(false);
			other.close();
		}
	}

	private static CompletableFuture<Lease> waitFor(LockEngine engine, String key) {
		return engine.acquireAsync(LockRequest.of(key).withWaitTime(PATIENCE)).toCompletableFuture();
	}

	/** A key that is neither on the server nor on one that replaces it. */
	private String keyWithout(RedisServer server) {
		return this.cluster.newKeyOn(this.cluster.masters()
			.stream()
			.filter((master) -> master != server && this.cluster.replicaOf(master) != server)
			.findFirst()
			.orElseThrow());
	}

	/** The client chooses the server; asks it until it is the right one. */
	private Listening listenAt(RedisServer server, WakeUpLog wakeUps) throws Exception {
		Listening listening = this.store.listen("listener", wakeUps.of("listener"));
		for (int i = 0; i < 200 && serverOf("listener") != server; i++) {
			listening.close();
			Eventually.holds("the subscription ends", PATIENCE, () -> !isServed("listener"));
			listening = this.store.listen("listener", wakeUps.of("listener"));
		}
		assertThat(serverOf("listener")).isSameAs(server);
		return listening;
	}

	private boolean isWoken(String key, WakeUpLog wakeUps) throws InterruptedException {
		Owner holder = Owner.of(this.store, key);
		if (!(holder.tryAcquire() instanceof Granted)) {
			return false;
		}
		this.store.tryAcquireOrQueue(holder.rival().acquireCommand("listener"));
		holder.release();
		TimeUnit.MILLISECONDS.sleep(50);
		this.store.leaveQueue(key, "listener");
		return !wakeUps.isEmpty();
	}

	private boolean isServed(String node) {
		return this.cluster.servers().stream().anyMatch((server) -> isServing(server, node));
	}

	private RedisServer serverOf(String node) {
		return this.cluster.servers().stream().filter((server) -> isServing(server, node)).findFirst().orElseThrow();
	}

	private boolean isServing(RedisServer server, String node) {
		return !this.cluster.commands(server).pubsubChannels("*wake-up:" + node + ":*").isEmpty();
	}

	private List<Lease> leasesOn(RedisServer master) {
		return Stream.generate(() -> this.cluster.newKeyOn(master))
			.limit(10)
			.map((key) -> this.engine.acquire(LockRequest.of(key).withTtl(Duration.ofSeconds(3))))
			.toList();
	}

}
