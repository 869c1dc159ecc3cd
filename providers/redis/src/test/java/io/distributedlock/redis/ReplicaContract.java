package io.distributedlock.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.test.TcpProxy;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What counts when replicas have to acknowledge, on some server by some client.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
abstract class ReplicaContract {

	private static final Duration TTL = Duration.ofMinutes(1);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final ReplicaGroup group;

	private final RedisLockStore waitingForNone;

	private final RedisLockStore waitingForOne;

	private final RedisLockStore waitingForTwo;

	ReplicaContract(RedisProgram program) throws Exception {
		this.group = new ReplicaGroup(program);
		this.waitingForNone = open(0);
		this.waitingForOne = open(1);
		this.waitingForTwo = open(2);
	}

	abstract RedisConnectionFactory connect(int port);

	private RedisLockStore open(int replicas) {
		return open(replicas, this.group.master().port());
	}

	private RedisLockStore open(int replicas, int port) {
		return RedisLockStore.open(Connections.config(connect(port)).withReplicas(replicas));
	}

	@AfterEach
	void mend() throws Exception {
		this.group.mend();
	}

	@AfterAll
	void close() {
		this.group.close();
	}

	@Test
	void aGrantIsOnEachReplicaWhenItIsMade() {
		for (int i = 0; i < 20; i++) {
			String key = newKey();
			Granted grant = (Granted) acquire(this.waitingForTwo, key);
			assertThat(tokenAt(this.group.replica(0), key)).isEqualTo(grant.fencingToken());
			assertThat(tokenAt(this.group.replica(1), key)).isEqualTo(grant.fencingToken());
		}
	}

	@Test
	void oneReplicaIsEnoughWhereOneIsAskedFor() {
		this.group.cut(0);
		assertThat(acquire(this.waitingForOne, newKey())).isInstanceOf(Granted.class);
	}

	@Test
	void aGrantThatTooFewHaveIsAFailureWithinTheStoreTimeout() {
		this.group.cut(1);
		String key = newKey();
		long start = System.nanoTime();
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> acquire(this.waitingForTwo, key))
			.withMessageStartingWith("Provider redis could not acquire lock '" + key + "' (127.0.0.1:")
			.withMessageContaining("1 of 2 replicas acknowledged it within 600 ms. Check that the replicas run")
			.withMessageContaining("or lower distributed-lock.redis.replicas");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(600),
				Connections.TIMEOUT.multipliedBy(2));
	}

	@Test
	void aFrozenReplicaDoesNotAcknowledge() {
		this.group.replica(0).freeze();
		try {
			failsWith("1 of 2 replicas", () -> acquire(this.waitingForTwo, newKey()));
		}
		finally {
			this.group.replica(0).thaw();
		}
	}

	@Test
	void moreReplicasThanThereAreNeverAcknowledge() {
		failsWith("2 of 3 replicas", () -> acquire(open(3), newKey()));
	}

	@Test
	void aGrantMadeBeforeIsAcknowledgedTooWhenItIsAskedForAgain() throws Exception {
		String key = newKey();
		this.group.hold(0);
		this.group.hold(1);
		AcquireResult grant = acquire(this.waitingForNone, key);
		failsWith("0 of 1 replicas", () -> acquire(this.waitingForOne, key));
		this.group.mend();
		assertThat(acquire(this.waitingForOne, key)).isEqualTo(grant);
	}

	@Test
	void aContendedAttemptWaitsForNoReplica() {
		String key = newKey();
		acquire(this.waitingForTwo, key);
		long before = this.group.waits();
		AcquireCommand other = new AcquireCommand(key, "other", "node", TTL);
		assertThat(this.waitingForTwo.tryAcquire(other)).isInstanceOf(Held.class);
		assertThat(this.waitingForTwo.tryAcquireOrQueue(other)).isInstanceOf(Held.class);
		assertThat(this.group.waits()).isEqualTo(before);
	}

	@Test
	void nothingIsWaitedForWhereNoReplicaIsAskedFor() {
		long before = this.group.waits();
		String key = newKey();
		acquire(this.waitingForNone, key);
		renew(this.waitingForNone, key);
		release(this.waitingForNone, key);
		assertThat(this.group.waits()).isEqualTo(before);
	}

	@Test
	void renewalsOfABatchAreWaitedForTogether() {
		List<RenewCommand> renewals = IntStream.range(0, 10)
			.mapToObj((i) -> new RenewCommand(newKey(), "owner", TTL))
			.toList();
		renewals.forEach((each) -> acquire(this.waitingForNone, each.key()));
		long before = this.group.waits();
		assertThat(this.waitingForTwo.renewAll(renewals)).hasSize(10).containsOnly(RenewResult.RENEWED);
		assertThat(this.group.waits()).isEqualTo(before + 1);
	}

	@Test
	void renewalsThatTooFewHaveFailTogether() {
		List<RenewCommand> renewals = IntStream.range(0, 3)
			.mapToObj((i) -> new RenewCommand(newKey(), "owner", TTL))
			.toList();
		renewals.forEach((each) -> acquire(this.waitingForTwo, each.key()));
		this.group.cut(0);
		failsWith("1 of 2 replicas", () -> this.waitingForTwo.renewAll(renewals));
	}

	@Test
	void aRefusedRenewalWaitsForNoReplica() {
		long before = this.group.waits();
		assertThat(renew(this.waitingForTwo, newKey())).isEqualTo(RenewResult.REFUSED);
		assertThat(this.group.waits()).isEqualTo(before);
	}

	@Test
	void othersAreNotHeldUpByWhoWaits() throws Exception {
		String key = newKey();
		String other = newKey();
		acquire(this.waitingForTwo, other);
		this.group.cut(0);
		CompletableFuture<AcquireResult> acquisition = CompletableFuture
			.supplyAsync(() -> acquire(this.waitingForTwo, key));
		Eventually.holds("somebody waits for the replicas", PATIENCE, () -> this.group.waiting() == 1);
		assertThat(this.waitingForTwo.find(key)).isPresent();
		release(this.waitingForTwo, other);
		assertThat(this.group.waiting()).isOne();
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> result(acquisition));
	}

	@Test
	void aConnectionThatBreaksWhileItIsWaitedOnAcknowledgesNothing() throws Exception {
		try (TcpProxy network = this.group.master().newProxy()) {
			RedisLockStore store = open(1, network.port());
			String key = newKey();
			this.group.hold(0);
			this.group.hold(1);
			CompletableFuture<AcquireResult> acquisition = CompletableFuture.supplyAsync(() -> acquire(store, key));
			Eventually.holds("somebody waits for the replicas", PATIENCE, () -> this.group.waiting() == 1);
			network.breakConnections();
			assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> result(acquisition));
			assertThat(this.waitingForNone.find(key)).isPresent();
		}
	}

	@Test
	void aLockWhoseGrantTooFewHaveIsFreeSoon() throws Exception {
		try (LockEngine locks = engine(this.waitingForTwo)) {
			String key = newKey();
			this.group.cut(0);
			failsWith("1 of 2 replicas", () -> locks.acquire(LockRequest.of(key)));
			Eventually.holds("the lock is free", PATIENCE, () -> this.waitingForNone.find(key).isEmpty());
		}
	}

	@Test
	void aLeaseThatTooFewProlongIsLostAtItsDeadline() throws Exception {
		try (LockEngine locks = engine(this.waitingForTwo)) {
			Lease lease = locks.acquire(LockRequest.of(newKey()).withTtl(Duration.ofSeconds(2)));
			this.group.cut(0);
			Eventually.holds("the lease is lost", PATIENCE, () -> !lease.isHeld());
			assertThatExceptionOfType(LeaseLostException.class).isThrownBy(lease::ensureHeld)
				.satisfies((lost) -> assertThat(lost.reason()).isEqualTo(LeaseLost.Reason.DEADLINE));
		}
	}

	@Test
	void anExtensionThatTooFewHaveIsAFailure() {
		try (LockEngine locks = engine(this.waitingForTwo)) {
			Lease lease = locks.acquire(LockRequest.of(newKey()));
			this.group.cut(0);
			failsWith("1 of 2 replicas", () -> lease.extend(Duration.ofMinutes(5)));
			assertThat(lease.remaining()).isLessThan(TTL);
		}
	}

	private static LockEngine engine(RedisLockStore store) {
		return LockEngine.builder()
			.provider(new LockProvider("redis", () -> store))
			.storeTimeout(Connections.TIMEOUT.multipliedBy(2))
			.build();
	}

	private static String newKey() {
		return "k" + UUID.randomUUID();
	}

	private static AcquireResult acquire(RedisLockStore store, String key) {
		return store.tryAcquire(new AcquireCommand(key, "owner", "node", TTL));
	}

	private static RenewResult renew(RedisLockStore store, String key) {
		return store.renew(new RenewCommand(key, "owner", TTL));
	}

	private static void release(RedisLockStore store, String key) {
		store.release(new ReleaseCommand(key, "owner", Duration.ZERO));
	}

	private static void failsWith(String message, ThrowingCallable step) {
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(step).withMessageContaining(message);
	}

	private static AcquireResult result(CompletableFuture<AcquireResult> acquisition) throws Throwable {
		try {
			return acquisition.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			throw ex.getCause();
		}
	}

	private static long tokenAt(RedisServer replica, String key) {
		LettuceConnectionFactory factory = Connections.lettuce(replica.port());
		try (RedisConnection connection = factory.getConnection()) {
			byte[] token = connection.hashCommands()
				.hGet(new Keys(RedisLockStoreConfig.DEFAULT_NAMESPACE).of(key),
						"token".getBytes(StandardCharsets.UTF_8));
			return (token != null) ? Long.parseLong(new String(token, StandardCharsets.UTF_8)) : 0;
		}
		finally {
			factory.destroy();
		}
	}

}
