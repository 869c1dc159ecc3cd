package io.distributedlock.redis;

import java.util.List;
import java.util.UUID;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.lettuce.core.api.sync.RedisCommands;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * In a Cluster the replicas that count are those of the master that has the lock.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class RedisClusterReplicaTests {

	private final RedisCluster cluster;

	private final RedisLockStore store;

	RedisClusterReplicaTests() throws Exception {
		this.cluster = RedisCluster.start();
		this.store = open(1);
	}

	private RedisLockStore open(int replicas) {
		return RedisLockStore
			.open(Connections.config(RedisClusterConnections.pooledLettuce(this.cluster)).withReplicas(replicas));
	}

	@AfterAll
	void close() {
		this.cluster.close();
	}

	@Test
	void locksOfEveryMasterAreAcknowledged() {
		List<Owner> owners = this.cluster.masters().stream().map(this::ownerOnThat).toList();
		owners.forEach(Owner::acquire);
		assertThat(this.store
			.renewAll(owners.stream().map((each) -> new RenewCommand(each.key(), each.token(), each.ttl())).toList()))
			.hasSize(3)
			.containsOnly(RenewResult.RENEWED);
		assertThat(owners).allSatisfy((each) -> assertThat(each.release()).isEqualTo(ReleaseResult.RELEASED));
	}

	@Test
	void replicasOfOtherMastersDoNotCount() {
		RedisLockStore demanding = open(2);
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> Owner.of(demanding, newKey()).acquire())
			.withMessageContaining("1 of 2 replicas");
	}

	@Test
	void aLockWhoseMasterHasNoReplicaThatFollowsIsNotGranted() {
		RedisServer master = this.cluster.master(0);
		this.cluster.replicaOf(master).freeze();
		try {
			fails(ownerOnThat(master));
			ownerOnThat(this.cluster.master(1)).acquire();
		}
		finally {
			this.cluster.replicaOf(master).thaw();
		}
	}

	@Test
	void locksWhoseSlotMovesAreAcknowledgedWhereTheyAre() {
		Owner first = Owner.of(this.store, newKey());
		RedisServer source = this.cluster.masterOf(first.key());
		RedisServer target = this.cluster.masters().stream().filter((each) -> each != source).findFirst().orElseThrow();
		int slot = RedisCluster.slot(first.key());
		commands(target).clusterSetSlotImporting(slot, this.cluster.id(source));
		commands(source).clusterSetSlotMigrating(slot, this.cluster.id(target));
		commands(target).scriptFlush();
		usable(first, this.cluster.replicaOf(target));
		commands(target).clusterSetSlotNode(slot, this.cluster.id(target));
		commands(source).clusterSetSlotNode(slot, this.cluster.id(target));
		usable(first.rival(), this.cluster.replicaOf(target));
	}

	/** Works, but not while that replica does not follow. */
	private void usable(Owner owner, RedisServer replica) {
		owner.acquire();
		assertThat(owner.renew()).isEqualTo(RenewResult.RENEWED);
		assertThat(owner.release()).isEqualTo(ReleaseResult.RELEASED);
		replica.freeze();
		try {
			fails(owner.rival());
		}
		finally {
			replica.thaw();
		}
		assertThat(this.store.forceRelease(owner.key())).isTrue();
	}

	private static void fails(Owner owner) {
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(owner::acquire)
			.withMessageContaining("0 of 1 replicas");
	}

	private Owner ownerOnThat(RedisServer master) {
		String key = newKey();
		while (this.cluster.masterOf(key) != master) {
			key = newKey();
		}
		return Owner.of(this.store, key);
	}

	private RedisCommands<String, String> commands(RedisServer server) {
		return this.cluster.commands(server);
	}

	private static String newKey() {
		return "k" + UUID.randomUUID();
	}

}
