package io.distributedlock.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StepNotSentException;
import io.distributedlock.test.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Acquisitions whose outcome the client does not know: a network holds back requests or
 * replies.
 */
@Timeout(120)
class RedisAmbiguousAcquireTests {

	private static final Duration TTL = Duration.ofMinutes(5);

	/** The engine's clean-up pauses for five seconds at most. */
	private static final Duration LONG_BEFORE_TTL = Duration.ofSeconds(30);

	private static final String NAME = "distributed-lock:k";

	private final RedisServer server = new RedisServer(RedisProgram.EMBEDDED);

	private final TcpProxy proxy = this.server.newProxy();

	private final LettuceConnectionFactory slowConnections = Connections.lettuce(this.proxy.port());

	private final LettuceConnectionFactory connections = Connections.lettuce(this.server.port());

	private final RedisLockStore slow = RedisLockStore.open(Connections.config(this.slowConnections));

	private final RedisLockStore direct = RedisLockStore.open(Connections.config(this.connections));

	private final RedisConsole console = new RedisConsole(this.server);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	/** A script that the server does not know would have to be sent again. */
	@BeforeEach
	void load() {
		this.direct.tryAcquire(new AcquireCommand("another", "o", "node", TTL));
	}

	@AfterEach
	void close() {
		this.threads.shutdownNow();
		this.proxy.mend();
		this.slow.close();
		this.direct.close();
		this.slowConnections.destroy();
		this.connections.destroy();
		this.console.close();
		this.proxy.close();
		this.server.close();
	}

	@Test
	void anAcquisitionThatArrivesAfterItsCleanUpIsRefused() throws Exception {
		arrivesLate("o");
		this.direct.abandon("k", "o", TTL);
		assertThat(this.direct.find("k")).isEmpty();
		executeLateOnes(1);
		assertThat(this.direct.find("k")).isEmpty();
		assertThat(acquire("next")).isInstanceOf(Granted.class);
	}

	/** Shows that the test before can fail. */
	@Test
	void anAcquisitionThatArrivesLateWithoutCleanUpIsGranted() throws Exception {
		arrivesLate("o");
		executeLateOnes(1);
		assertThat(this.direct.find("k")).isPresent();
	}

	@Test
	void othersGetTheLockBetweenTheCleanUpAndTheLateArrival() throws Exception {
		arrivesLate("o");
		this.direct.abandon("k", "o", TTL);
		assertThat(acquire("next")).isInstanceOf(Granted.class);
		this.direct.release(new ReleaseCommand("k", "next", Duration.ZERO));
		executeLateOnes(1);
		assertThat(this.direct.find("k")).isEmpty();
		assertThat(acquire("another")).isInstanceOf(Granted.class);
	}

	@Test
	void severalLateAcquisitionsAreEachRefused() throws Exception {
		arrivesLate("first");
		arrivesLate("second");
		arrivesLate("third");
		this.direct.abandon("k", "first", TTL);
		this.direct.abandon("k", "second", TTL);
		this.direct.abandon("k", "first", TTL);
		this.direct.abandon("k", "third", TTL);
		executeLateOnes(3);
		assertThat(this.direct.find("k")).isEmpty();
		assertThat(acquire("another")).isInstanceOf(Granted.class);
	}

	@Test
	void anEngineCleansUpAnotherWayWhileItsAcquisitionIsStillInTheNetwork() throws Exception {
		try (LockEngine locks = engine(new Detour(this.slow, this.direct))) {
			this.proxy.holdRequests();
			failsForTheStore(this.threads.submit(() -> locks.acquire(LockRequest.of("k").withTtl(TTL))));
			Eventually.holds("the acquisition is abandoned", LONG_BEFORE_TTL,
					() -> this.console.hash(NAME).containsKey("abandoned"));
			executeLateOnes(1);
			assertThat(this.direct.find("k")).isEmpty();
			assertThat(acquire("next")).isInstanceOf(Granted.class);
		}
	}

	@Test
	void anAcquisitionWhoseReplyIsLostIsTakenBackLongBeforeItsTtl() throws Exception {
		try (LockEngine locks = engine(this.slow); LockEngine other = engine(this.direct)) {
			locks.acquire(LockRequest.of("warm").withTtl(TTL)).close();
			this.proxy.holdReplies();
			Future<Lease> acquisition = this.threads.submit(() -> locks.acquire(LockRequest.of("k").withTtl(TTL)));
			Eventually.holds("the server grants the lock", LONG_BEFORE_TTL, () -> this.direct.find("k").isPresent());
			failsForTheStore(acquisition);
			this.proxy.breakConnections();
			this.proxy.mend();
			try (Lease next = other.acquire(LockRequest.of("k").withTtl(TTL).withWaitTime(LONG_BEFORE_TTL))) {
				assertThat(next.isHeld()).isTrue();
			}
		}
	}

	@Test
	void aWaiterIsWokenByTheCleanUp() throws Exception {
		acquire("lost");
		AtomicReference<String> woken = new AtomicReference<>("");
		try (AutoCloseable unused = this.direct.listen("waiter", woken::set)) {
			this.direct.tryAcquireOrQueue(new AcquireCommand("k", "other", "waiter", TTL));
			this.direct.abandon("k", "lost", TTL);
			Eventually.holds("the waiter is woken", Duration.ofSeconds(10), () -> "k".equals(woken.get()));
		}
	}

	@Test
	void whatIsAbandonedIsForgottenByTheNextCleanUpAfterItsBound() throws Exception {
		this.direct.abandon("k", "brief", Duration.ofMillis(50));
		this.direct.abandon("k", "lasting", TTL);
		assertThat(abandoned()).contains("brief ").contains("lasting ");
		TimeUnit.MILLISECONDS.sleep(60);
		this.direct.abandon("k", "another", TTL);
		assertThat(abandoned()).doesNotContain("brief").contains("lasting ").contains("another ");
	}

	@Test
	void anOwnerIsAbandonedOnceWithItsLastBound() {
		this.direct.abandon("k", "o", TTL);
		this.direct.abandon("k", "o", TTL.multipliedBy(2));
		assertThat(abandoned()).matches("o \\d{16}");
	}

	@Test
	void anAbandonedOwnerIsRememberedForItsBoundHoweverShortTheRetentionIs() {
		RedisLockStore brief = RedisLockStore
			.open(Connections.config(this.connections).withRetention(Duration.ofSeconds(1)));
		brief.abandon("k", "o", TTL);
		assertThat(this.console.lifetime(NAME)).isGreaterThan(TTL.toMillis() - 10_000);
		Duration ttl = Duration.ofSeconds(30);
		List<Runnable> steps = List.of(() -> brief.tryAcquire(new AcquireCommand("k", "next", "node", ttl)),
				() -> brief.renew(new RenewCommand("k", "next", ttl)),
				() -> brief.release(new ReleaseCommand("k", "next", ttl)), () -> brief.forceRelease("k"),
				() -> brief.abandon("k", "another", Duration.ofSeconds(1)));
		assertThat(steps).allSatisfy((step) -> {
			step.run();
			assertThat(this.console.lifetime(NAME)).isGreaterThan(TTL.toMillis() - 20_000);
		});
	}

	@Test
	void aLockThatWasOnlyAbandonedIsForgotten() throws Exception {
		RedisLockStore brief = RedisLockStore
			.open(Connections.config(this.connections).withRetention(Duration.ofSeconds(1)));
		brief.abandon("k", "o", Duration.ofMillis(100));
		Eventually.holds("the key is gone", Duration.ofSeconds(20), () -> !this.console.exists(NAME));
	}

	@Test
	void anOwnerWhoseNameIsPartOfAnAbandonedOneIsGranted() {
		this.direct.abandon("k", "another", TTL);
		assertThat(acquire("other")).isInstanceOf(Granted.class);
	}

	/** Sends an acquisition that stays in the network until after its timeout. */
	private void arrivesLate(String owner) {
		this.proxy.holdRequests();
		assertThatExceptionOfType(LockStoreException.class)
			.isThrownBy(() -> this.slow.tryAcquire(new AcquireCommand("k", owner, "node", TTL)))
			.isNotInstanceOf(StepNotSentException.class);
	}

	private void executeLateOnes(int count) throws Exception {
		try (RedisMonitor monitor = new RedisMonitor(this.server)) {
			this.proxy.mend();
			int[] arrived = { 0 };
			Eventually.holds("the server executes what was held back", LONG_BEFORE_TTL, () -> {
				arrived[0] += (int) monitor.take()
					.stream()
					.filter((command) -> command.inScript() && command.name().equals("HMGET")
							&& command.words().contains("reserved"))
					.count();
				return arrived[0] >= count;
			});
		}
	}

	private AcquireResult acquire(String owner) {
		return this.direct.tryAcquire(new AcquireCommand("k", owner, "node", TTL));
	}

	private String abandoned() {
		return this.console.hash(NAME).getOrDefault("abandoned", "");
	}

	private static LockEngine engine(LockStore store) {
		return LockEngine.builder()
			.provider(new LockProvider("redis", () -> store))
			.storeTimeout(Connections.TIMEOUT.multipliedBy(2))
			.build();
	}

	private static void failsForTheStore(Future<Lease> acquisition) {
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> acquisition.get(20, TimeUnit.SECONDS))
			.havingCause()
			.isInstanceOf(LockStoreException.class)
			.isNotInstanceOf(StepNotSentException.class);
	}

	/**
	 * Acquires one way and does everything else another.
	 */
	private record Detour(LockStore acquiring, LockStore other) implements LockStore {

		@Override
		public AcquireResult tryAcquire(AcquireCommand command) {
			return this.acquiring.tryAcquire(command);
		}

		@Override
		public RenewResult renew(RenewCommand command) {
			return this.other.renew(command);
		}

		@Override
		public ReleaseResult release(ReleaseCommand command) {
			return this.other.release(command);
		}

		@Override
		public boolean abandon(String key, String owner, Duration bound) {
			return this.other.abandon(key, owner, bound);
		}

	}

}
