package io.distributedlock.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoredLock;
import io.distributedlock.store.WakeUpQueue.Listening;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Locks on a master that is watched by sentinels, and what is left of them when its
 * replica takes over.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RedisSentinelTests {

	private static final Duration PATIENCE = Duration.ofSeconds(40);

	private static final String KEY = "order:42";

	private static final LockRequest REQUEST = LockRequest.of(KEY).withTtl(Duration.ofSeconds(30));

	/** By default it tries ever more seldom when there is no master for long. */
	private final ClientResources reconnectingSoon = ClientResources.builder()
		.reconnectDelay(Delay.exponential(Duration.ZERO, Duration.ofMillis(500), 2, TimeUnit.MILLISECONDS))
		.build();

	private final RedisSentinels sentinels = start();

	private final LettuceConnectionFactory connections = lettuce();

	private final RedisLockStore store = RedisLockStore.open(Connections.config(this.connections));

	private static RedisSentinels start() {
		try {
			return RedisSentinels.start();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private LettuceConnectionFactory lettuce() {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(this.sentinels.configuration(),
				LettuceClientConfiguration.builder()
					.clientResources(this.reconnectingSoon)
					.commandTimeout(Connections.TIMEOUT)
					.shutdownTimeout(Duration.ZERO)
					.build());
		return Connections.started(this.sentinels.master().port(), factory);
	}

	private JedisConnectionFactory jedis() {
		JedisConnectionFactory factory = new JedisConnectionFactory(this.sentinels.configuration(),
				JedisClientConfiguration.builder()
					.connectTimeout(Connections.TIMEOUT)
					.readTimeout(Connections.TIMEOUT)
					.usePooling()
					.build());
		return Connections.started(this.sentinels.master().port(), factory);
	}

	private LockEngine newEngine(String node) {
		return LockEngine.builder()
			.nodeId(node)
			.storeTimeout(Connections.TIMEOUT.multipliedBy(2))
			.provider(new LockProvider("redis", () -> this.store))
			.build();
	}

	@AfterEach
	void close() throws Exception {
		this.store.close();
		this.connections.destroy();
		this.reconnectingSoon.shutdown(0, 1, TimeUnit.SECONDS).await(5, TimeUnit.SECONDS);
		this.sentinels.close();
	}

	@Test
	void eachStepWorksByEachClient() throws Exception {
		stepsWork(this.store);
		try (RedisLockStore byJedis = RedisLockStore.open(Connections.config(jedis()))) {
			stepsWork(byJedis);
		}
	}

	private static void stepsWork(RedisLockStore store) throws InterruptedException {
		Owner holder = Owner.of(store, KEY);
		long token = holder.acquire();
		assertThat(holder.renew()).isEqualTo(RenewResult.RENEWED);
		assertThat(store.held("", 10)).map(StoredLock::key).containsExactly(KEY);
		WakeUpLog wakeUps = new WakeUpLog();
		Owner waiter = holder.rival();
		try (Listening unused = store.listen("waiter", wakeUps.of("waiter"))) {
			assertThat(store.tryAcquireOrQueue(waiter.acquireCommand("waiter"))).isInstanceOf(Held.class);
			assertThat(holder.release()).isEqualTo(ReleaseResult.RELEASED);
			assertThat(wakeUps.next()).isEqualTo("waiter for " + KEY);
			AcquireResult granted = store.tryAcquireOrQueue(waiter.acquireCommand("waiter"));
			assertThat(((Granted) granted).fencingToken()).isGreaterThan(token);
		}
		assertThat(waiter.release()).isEqualTo(ReleaseResult.RELEASED);
	}

	@Test
	void aLeaseThatWasReplicatedSurvivesTheFailover() throws Exception {
		try (LockEngine holding = newEngine("holding"); LockEngine waiting = newEngine("waiting")) {
			Lease lease = holding.acquire(REQUEST);
			CompletableFuture<Lease> waiter = CompletableFuture.supplyAsync(() -> acquireUntilTheStoreAnswers(waiting));
			this.sentinels.awaitReplication();
			AtomicBoolean over = new AtomicBoolean();
			CompletableFuture<Boolean> intruder = CompletableFuture.supplyAsync(() -> isGrantedBefore(over));

			this.sentinels.master().kill();
			long killed = System.nanoTime();
			Owner probe = Owner.of(this.store, "probe");
			Eventually.holds("the store answers again", PATIENCE, () -> isGranted(probe));
			System.out.printf("Sentinel: steps failed for %d ms after the master was killed%n", millisSince(killed));

			lease.extend(Duration.ofSeconds(40));
			assertThat(lease.remaining()).isGreaterThan(Duration.ofSeconds(35));
			assertThat(waiter).isNotDone();
			over.set(true);
			assertThat(intruder.get(10, TimeUnit.SECONDS)).isFalse();
			long token = lease.fencingToken();
			lease.close();
			Lease next = waiter.get(10, TimeUnit.SECONDS);
			assertThat(next.fencingToken()).isGreaterThan(token);
			next.close();
		}
	}

	@Test
	void aNodeThatListensIsWokenByReleasesOnTheNewMaster() throws Exception {
		WakeUpLog wakeUps = new WakeUpLog();
		try (RedisLockStore byJedis = RedisLockStore.open(Connections.config(jedis()));
				Listening unusedOfLettuce = this.store.listen("lettuce", wakeUps.of("lettuce"));
				Listening unusedOfJedis = byJedis.listen("jedis", wakeUps.of("jedis"))) {
			this.sentinels.awaitReplication();
			this.sentinels.master().kill();
			for (String node : List.of("lettuce", "jedis")) {
				RedisLockStore waiting = node.equals("jedis") ? byJedis : this.store;
				Eventually.holds(node + " listens again", PATIENCE, () -> {
					try {
						return isQueuedAgainByRelease(waiting, node);
					}
					catch (LockStoreException ex) {
						return false;
					}
				});
				isWokenSoonByReleases(waiting, node, wakeUps);
			}
		}
	}

	/** A release queues again only if it woke another node, and it wakes who listens. */
	private static boolean isQueuedAgainByRelease(RedisLockStore store, String node) {
		Owner holder = Owner.of(store, "probe" + UUID.randomUUID());
		holder.acquire();
		store.tryAcquireOrQueue(holder.rival().acquireCommand(node));
		return store.releaseAndQueue(holder.releaseCommand(), "other") == ReleaseResult.RELEASED_AND_QUEUED;
	}

	private static void isWokenSoonByReleases(RedisLockStore store, String node, WakeUpLog wakeUps) throws Exception {
		List<Long> millis = new ArrayList<>();
		for (int i = 0; i < 9; i++) {
			Owner holder = Owner.of(store, node + i);
			holder.acquire();
			store.tryAcquireOrQueue(holder.rival().acquireCommand(node));
			long released = System.nanoTime();
			holder.release();
			wakeUps.await(node + " for " + holder.key());
			millis.add(millisSince(released));
		}
		Collections.sort(millis);
		assertThat(millis.get(4)).as("median of %s ms", millis).isLessThan(250);
		System.out.printf("Sentinel: releases wake %s after %s ms%n", node, millis);
	}

	/** The store's failure ends a wait; the application waits again. */
	private static Lease acquireUntilTheStoreAnswers(LockEngine engine) {
		while (true) {
			try {
				return engine.acquire(REQUEST.withWaitTime(PATIENCE));
			}
			catch (LockStoreException ex) {
				Thread.onSpinWait();
			}
		}
	}

	private boolean isGrantedBefore(AtomicBoolean over) {
		Owner intruder = Owner.of(this.store, KEY);
		while (!over.get()) {
			if (isGranted(intruder)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isGranted(Owner owner) {
		try {
			return owner.tryAcquire() instanceof Granted;
		}
		catch (LockStoreException ex) {
			return false;
		}
	}

	/**
	 * What asynchronous replication costs: the new master does not know the lease, so two
	 * hold the lock at the same time. What they write to is safe if it compares tokens.
	 */
	@Test
	void aLeaseThatWasNotReplicatedIsGrantedTwiceAndFencingStopsTheFirstHolder() throws Exception {
		try (LockEngine first = newEngine("first"); LockEngine second = newEngine("second")) {
			first.acquire(REQUEST).close();
			this.sentinels.awaitReplication();
			this.sentinels.cutReplication();
			Lease leaseOfFirst = first.acquire(REQUEST.withTtl(Duration.ofSeconds(12)));
			FencedResource resource = new FencedResource();
			assertThat(resource.write(leaseOfFirst.fencingToken())).isTrue();

			this.sentinels.master().kill();
			long killed = System.nanoTime();
			Lease leaseOfSecond = acquireUntilTheStoreAnswers(second);
			long granted = System.nanoTime();
			boolean overlapped = leaseOfFirst.isHeld();
			assertThat(leaseOfSecond.fencingToken()).isGreaterThan(leaseOfFirst.fencingToken());
			assertThat(resource.write(leaseOfSecond.fencingToken())).isTrue();
			assertThat(resource.write(leaseOfFirst.fencingToken())).isFalse();

			Eventually.holds("the first holder learns of it", Duration.ofSeconds(12), () -> !leaseOfFirst.isHeld());
			System.out.printf(
					"Sentinel: granted again %d ms after the master was killed; both held the lock for %d ms%n",
					TimeUnit.NANOSECONDS.toMillis(granted - killed), overlapped ? millisSince(granted) : 0);
			assertThat(leaseOfSecond.isHeld()).isTrue();
			leaseOfFirst.close();
			leaseOfSecond.close();
		}
	}

	private static long millisSince(long nanoTime) {
		return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanoTime);
	}

	/** Refuses writes of a holder once a later one has written. */
	private static final class FencedResource {

		private long highest;

		boolean write(long token) {
			if (token < this.highest) {
				return false;
			}
			this.highest = token;
			return true;
		}

	}

}
