package io.distributedlock.redis;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoredLock;
import io.distributedlock.store.WakeUpQueue.Listening;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.data.redis.connection.RedisConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is different in a Cluster, by both clients.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisClusterTests {

	private final RedisCluster cluster = RedisCluster.shared();

	private final RedisLockStore lettuce = open(RedisClusterConnections.lettuce(this.cluster));

	private final RedisLockStore jedis = open(RedisClusterConnections.jedis(this.cluster));

	private static RedisLockStore open(RedisConnectionFactory connections) {
		return RedisLockStore.open(Connections.config(connections));
	}

	List<RedisLockStore> stores() {
		return List.of(this.lettuce, this.jedis);
	}

	@AfterAll
	void close() {
		stores().forEach(RedisLockStore::close);
	}

	@ParameterizedTest
	@MethodSource("stores")
	void aLockOnEachMasterIsAcquiredRenewedAndReleased(RedisLockStore store) {
		for (RedisServer master : this.cluster.masters()) {
			Owner owner = Owner.of(store, this.cluster.newKeyOn(master));
			long token = owner.acquire();
			assertThat(owner.rival().tryAcquire()).isInstanceOf(Held.class);
			assertThat(owner.renew()).isEqualTo(RenewResult.RENEWED);
			assertThat(owner.release()).isEqualTo(ReleaseResult.RELEASED);
			assertThat(owner.rival().acquire()).isGreaterThan(token);
		}
	}

	@ParameterizedTest
	@MethodSource("stores")
	void locksOfAllMastersAreRenewedInOneCall(RedisLockStore store) {
		List<Owner> owners = IntStream.range(0, 50)
			.mapToObj((i) -> Owner.of(store, "key:" + UUID.randomUUID()))
			.toList();
		owners.forEach(Owner::acquire);
		assertThat(owners.get(7).release()).isEqualTo(ReleaseResult.RELEASED);
		List<RenewResult> results = renewTogether(store, owners);
		assertThat(results.get(7)).isEqualTo(RenewResult.REFUSED);
		assertThat(results).filteredOn(RenewResult.RENEWED::equals).hasSize(49);
	}

	private static List<RenewResult> renewTogether(RedisLockStore store, List<Owner> owners) {
		return store
			.renewAll(owners.stream().map((each) -> new RenewCommand(each.key(), each.token(), each.ttl())).toList());
	}

	@Test
	void whatASlowMasterLeavesNoTimeForIsRenewedLater() {
		RedisServer slow = this.cluster.master(0);
		RedisConnectionFactory connections = RedisClusterConnections.lettuce(this.cluster);
		try (RedisLockStore store = RedisLockStore
			.open(Connections.config(connections).withStoreTimeout(Duration.ofMillis(200)))) {
			List<Owner> owners = List.of(Owner.of(store, this.cluster.newKeyOn(slow)),
					Owner.of(store, this.cluster.newKeyOn(slow)));
			owners.forEach(Owner::acquire);
			this.cluster.commands(slow).clientPause(700);
			assertThat(renewTogether(store, owners)).containsExactly(RenewResult.RENEWED, RenewResult.BUSY);
		}
	}

	@ParameterizedTest
	@MethodSource("stores")
	void locksOfAllMastersAreListedOnce(RedisLockStore store) {
		String prefix = "list:" + UUID.randomUUID() + ":";
		List<String> keys = IntStream.range(0, 100).mapToObj((i) -> prefix + i).toList();
		keys.forEach((key) -> Owner.of(store, key).acquire());
		assertThat(keys).map(this.cluster::masterOf).containsAll(this.cluster.masters());
		assertThat(store.held(prefix, 1_000)).map(StoredLock::key).containsExactlyInAnyOrderElementsOf(keys);
		assertThat(store.held(prefix, 70)).map(StoredLock::key).hasSize(70).doesNotHaveDuplicates();
	}

	/** The subscription is on one server, and none of the masters knows on which. */
	@ParameterizedTest
	@MethodSource("stores")
	void aWaiterIsWokenWhicheverMasterHasTheLock(RedisLockStore store) throws Exception {
		WakeUpLog wakeUps = new WakeUpLog();
		String node = "waiter-" + UUID.randomUUID();
		try (Listening unused = store.listen(node, wakeUps.of("waiter"))) {
			for (RedisServer master : this.cluster.masters()) {
				Owner holder = Owner.of(store, this.cluster.newKeyOn(master));
				holder.acquire();
				store.tryAcquireOrQueue(holder.rival().acquireCommand(node));
				holder.release();
				assertThat(wakeUps.next()).isEqualTo("waiter for " + holder.key());
			}
		}
	}

	@ParameterizedTest
	@MethodSource("stores")
	void eachMasterIsAPartOfItsOwn(RedisLockStore store) {
		for (RedisServer master : this.cluster.masters()) {
			assertThat(store.partOf(this.cluster.newKeyOn(master))).isEqualTo(this.cluster.id(master));
		}
	}

}
