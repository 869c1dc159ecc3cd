package io.distributedlock.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockInterruptedException;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.store.LockProvider;
import io.distributedlock.test.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What holders and waiters notice of a server that crashes, pauses, or is slow.
 */
@Timeout(180)
class RedisOutageTests {

	private static final Duration TTL = Duration.ofMinutes(5);

	/** The engine's clean-up pauses for five seconds at most. */
	private static final Duration LONG_BEFORE_TTL = Duration.ofSeconds(30);

	private final RedisServer server = new RedisServer(RedisProgram.EMBEDDED);

	private final TcpProxy proxy = this.server.newProxy();

	private final LettuceConnectionFactory connections = Connections.lettuce(this.proxy.port());

	private final LockEngine locks = engine(this.connections);

	private final LettuceConnectionFactory directConnections = Connections.lettuce(this.server.port());

	private final RedisLockStore direct = RedisLockStore.open(Connections.config(this.directConnections));

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private static LockEngine engine(LettuceConnectionFactory connections) {
		RedisLockStore store = RedisLockStore.open(Connections.config(connections));
		return LockEngine.builder()
			.provider(new LockProvider("redis", () -> store))
			.storeTimeout(Connections.TIMEOUT.multipliedBy(2))
			.build();
	}

	@AfterEach
	void close() {
		this.threads.shutdownNow();
		this.proxy.mend();
		this.locks.close();
		this.direct.close();
		this.connections.destroy();
		this.directConnections.destroy();
		this.proxy.close();
		this.server.close();
	}

	@Test
	void aHolderLosesItsLeaseBeforeItsTtlIsOverWhenTheServerIsGone() throws Exception {
		Lease lease = this.locks.acquire(LockRequest.of("k").withTtl(Duration.ofSeconds(2)));
		long start = System.nanoTime();
		AtomicReference<Duration> lostAfter = new AtomicReference<>(Duration.ZERO);
		CountDownLatch lost = new CountDownLatch(1);
		lease.onLost((loss) -> {
			lostAfter.set(Duration.ofNanos(System.nanoTime() - start));
			lost.countDown();
		});
		this.server.kill();
		assertThat(lost.await(20, TimeUnit.SECONDS)).isTrue();
		assertLost(lease, LeaseLost.Reason.DEADLINE);
		// renewed at most once, just before
		assertThat(lostAfter.get()).isLessThan(Duration.ofMillis(2_900));
	}

	@Test
	void aHolderIsToldSoonThatTheServerCameBackEmptyAndAWaiterGetsTheLock() throws Exception {
		Lease lease = this.locks.acquire(LockRequest.of("k").withTtl(Duration.ofSeconds(9)));
		LettuceConnectionFactory otherConnections = Connections.lettuce(this.server.port());
		try (LockEngine other = engine(otherConnections)) {
			this.server.kill();
			this.server.restart();
			Future<Lease> waiter = this.threads.submit(() -> retried(other));
			Lease next = waiter.get(60, TimeUnit.SECONDS);
			assertThat(next.fencingToken()).isGreaterThan(lease.fencingToken());
			Eventually.holds("the holder is told", Duration.ofSeconds(15), () -> !lease.isHeld());
			assertLost(lease, LeaseLost.Reason.REFUSED);
			assertThat(next.isHeld()).isTrue();
		}
		finally {
			otherConnections.destroy();
		}
	}

	@Test
	void aPauseShorterThanTheTimeoutIsWaitedFor() {
		acquire("warm").close();
		pause(Duration.ofMillis(400), "ALL");
		long start = System.nanoTime();
		Lease lease = acquire("k");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(200));
		pause(Duration.ofMillis(400), "WRITE");
		lease.close();
		assertThat(this.direct.find("k")).isEmpty();
	}

	@Test
	void aPauseLongerThanTheTimeoutIsAFailureThatLeavesNoLock() throws Exception {
		acquire("warm").close();
		pause(Duration.ofMillis(1_500), "ALL");
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> acquire("k"))
			.withMessageContaining("did not answer in time (the store timeout is 2000 ms)");
		Eventually.holds("the lock is taken back", LONG_BEFORE_TTL, () -> this.direct.find("k").isEmpty());
		Eventually.holds("the acquisition is refused from now on", LONG_BEFORE_TTL, () -> isAbandoned("k"));
		assertThat(this.direct.find("k")).isEmpty();
	}

	@Test
	void aPauseOfWritesLongerThanTheTimeoutIsAFailureThatLeavesNoLock() throws Exception {
		acquire("warm").close();
		pause(Duration.ofMillis(1_500), "WRITE");
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> acquire("k"));
		Eventually.holds("the acquisition is refused from now on", LONG_BEFORE_TTL, () -> isAbandoned("k"));
		assertThat(this.direct.find("k")).isEmpty();
	}

	@Test
	void aSlowNetworkIsWaitedFor() throws Exception {
		acquire("warm").close();
		Future<?> slow = this.threads.submit(() -> {
			while (!Thread.currentThread().isInterrupted()) {
				this.proxy.holdRequests();
				TimeUnit.MILLISECONDS.sleep(100);
				this.proxy.mend();
				this.proxy.holdReplies();
				TimeUnit.MILLISECONDS.sleep(100);
				this.proxy.mend();
				TimeUnit.MILLISECONDS.sleep(5);
			}
			return null;
		});
		long token = 0;
		for (int i = 0; i < 10; i++) {
			try (Lease lease = acquire("k")) {
				assertThat(lease.fencingToken()).isGreaterThan(token);
				token = lease.fencingToken();
			}
		}
		slow.cancel(true);
		assertThat(this.direct.find("k")).isEmpty();
	}

	@Test
	void aReplyLaterThanTheTtlIsNoGrant() throws Exception {
		acquire("warm").close();
		this.proxy.holdReplies();
		Future<Lease> acquisition = this.threads
			.submit(() -> this.locks.acquire(LockRequest.of("k").withTtl(Duration.ofMillis(300))));
		TimeUnit.MILLISECONDS.sleep(500);
		this.proxy.mend();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> acquisition.get(20, TimeUnit.SECONDS))
			.havingCause()
			.isInstanceOf(LockStoreException.class)
			.withMessageContaining("granted lock 'k' only after");
		Eventually.holds("the grant is taken back", LONG_BEFORE_TTL, () -> isAbandoned("k"));
	}

	@Test
	void anInterruptedThreadLeavesNoLockBehind() throws Exception {
		acquire("warm").close();
		this.proxy.holdReplies();
		CompletableFuture<Thread> thread = new CompletableFuture<>();
		Future<Boolean> acquisition = this.threads.submit(() -> {
			thread.complete(Thread.currentThread());
			assertThatExceptionOfType(LockInterruptedException.class).isThrownBy(() -> acquire("k"));
			return Thread.interrupted();
		});
		Eventually.holds("the server grants the lock", LONG_BEFORE_TTL, () -> this.direct.find("k").isPresent());
		thread.get(20, TimeUnit.SECONDS).interrupt();
		assertThat(acquisition.get(20, TimeUnit.SECONDS)).isTrue();
		this.proxy.mend();
		Eventually.holds("the lock is taken back", LONG_BEFORE_TTL, () -> this.direct.find("k").isEmpty());
		try (Lease next = acquire("k")) {
			assertThat(next.isHeld()).isTrue();
		}
	}

	@Test
	void anInterruptedHolderReleasesItsLock() {
		Lease lease = acquire("k");
		Thread.currentThread().interrupt();
		lease.close();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.direct.find("k")).isEmpty();
	}

	private Lease acquire(String key) {
		return this.locks.acquire(LockRequest.of(key).withTtl(TTL));
	}

	/** The first attempts meet a client that reconnects. */
	private static Lease retried(LockEngine locks) {
		while (true) {
			try {
				return locks.acquire(LockRequest.of("k").withTtl(TTL).withWaitTime(Duration.ofSeconds(10)));
			}
			catch (LockStoreException ex) {
				// not back yet
			}
		}
	}

	private void pause(Duration duration, String what) {
		try (RedisConsole console = new RedisConsole(this.server)) {
			console.call("CLIENT", "PAUSE", String.valueOf(duration.toMillis()), what);
		}
	}

	private boolean isAbandoned(String key) {
		try (RedisConsole console = new RedisConsole(this.server)) {
			return console.hash("distributed-lock:" + key).containsKey("abandoned");
		}
	}

	private static void assertLost(Lease lease, LeaseLost.Reason reason) {
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(lease::ensureHeld)
			.satisfies((lost) -> assertThat(lost.reason()).isEqualTo(reason));
	}

}
