package io.distributedlock.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LockListener;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoredLock;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.data.redis.connection.RedisConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A server that crashes, freezes, closes connections and forgets scripts, by some client.
 */
@Timeout(180)
abstract class ServerFaultTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	/** The store timeout of the tests, and what a busy machine takes. */
	private static final Duration IN_TIME = Connections.TIMEOUT.multipliedBy(2).plusSeconds(4);

	private final RedisServer server = new RedisServer(RedisProgram.EMBEDDED);

	private final RedisLockStore store = RedisLockStore.open(Connections.config(connect(this.server.port())));

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Queue<LeaseLost> lost = new ConcurrentLinkedQueue<>();

	abstract RedisConnectionFactory connect(int port);

	@AfterEach
	void close() throws InterruptedException {
		this.threads.shutdownNow();
		this.server.thaw();
		this.store.close();
		this.server.close();
		assertThat(this.threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void aCrashedServerIsAFailureOfEachStepAndTokensGrowWhenItIsBackEmpty() throws Exception {
		Granted before = acquire("k", "before");
		this.server.kill();
		everyStepFailsInTime();
		this.server.restart();
		Eventually.holds("a step succeeds", PATIENCE, () -> succeeds(() -> this.store.find("k")));
		assertThat(this.store.find("k")).isEmpty();
		assertThat(this.store.renew(new RenewCommand("k", "before", TTL))).isEqualTo(RenewResult.REFUSED);
		assertThat(this.store.release(new ReleaseCommand("k", "before", Duration.ZERO)))
			.isEqualTo(ReleaseResult.NOT_OWNED);
		assertThat(acquire("k", "after").fencingToken()).isGreaterThan(before.fencingToken());
	}

	@Test
	void aFrozenServerIsAFailureOfEachStepAndGoesOnAfterwards() throws Exception {
		Granted grant = acquire("k", "o");
		this.server.freeze();
		everyStepFailsInTime();
		this.server.thaw();
		Eventually.holds("a step succeeds", PATIENCE, () -> succeeds(() -> this.store.find("another")));
		assertThat(this.store.tryAcquire(new AcquireCommand("k2", "o", "node", TTL))).isInstanceOf(Granted.class);
		assertThat(grant.fencingToken()).isPositive();
	}

	@Test
	void aFrozenServerFailsMoreThreadsThanThereAreConnectionsInTime() throws Exception {
		IntStream.range(0, 6).forEach((i) -> acquire("warm" + i, "o"));
		this.server.freeze();
		List<Future<?>> steps = IntStream.range(0, 10 * Connections.FEW)
			.<Future<?>>mapToObj((i) -> this.threads.submit(() -> failsInTime(() -> acquire("k" + i, "o"))))
			.toList();
		for (Future<?> step : steps) {
			step.get(60, TimeUnit.SECONDS);
		}
	}

	@Test
	void connectionsClosedByTheServerNeverLeadToTwoHolders() throws Exception {
		try (RedisConsole console = new RedisConsole(this.server)) {
			disturbed(() -> console.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"));
		}
	}

	@Test
	void forgottenScriptsAreSentAgainByEachThreadThatMissesThem() throws Exception {
		try (RedisConsole console = new RedisConsole(this.server)) {
			assertThat(disturbed(() -> console.call("SCRIPT", "FLUSH"))).isZero();
		}
	}

	@Test
	void locksCanBeListedWhileOthersUseTheConnections() throws Exception {
		IntStream.range(0, 50).forEach((i) -> acquire("held" + i, "o"));
		assertThat(disturbed(() -> assertThat(this.store.held("held", 100)).hasSize(50)
			.extracting(StoredLock::key)
			.allMatch((key) -> key.startsWith("held")))).isZero();
	}

	/**
	 * Lets threads take turns on a lock while something goes on, again and again. None
	 * must be told that its lease was lost: both nodes have the same connections, so a
	 * release that Lettuce sends again is not overtaken by later hand-overs.
	 * @return how many acquisitions failed
	 */
	private int disturbed(Runnable disturbance) throws Exception {
		AtomicBoolean over = new AtomicBoolean();
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger failures = new AtomicInteger();
		Queue<Long> tokens = new ConcurrentLinkedQueue<>();
		try (LockEngine one = engine("one"); LockEngine other = engine("other")) {
			List<Future<?>> work = new ArrayList<>();
			for (LockEngine locks : List.of(one, one, other, other)) {
				work.add(this.threads.submit(() -> {
					while (!over.get()) {
						try (Lease lease = locks
							.acquire(LockRequest.of("k").withTtl(TTL).withWaitTime(Duration.ofSeconds(20)))) {
							assertThat(inside.incrementAndGet()).isEqualTo(1);
							tokens.add(lease.fencingToken());
							inside.decrementAndGet();
						}
						catch (LockStoreException ex) {
							failures.incrementAndGet();
						}
					}
				}));
			}
			long start = System.nanoTime();
			while (System.nanoTime() - start < Duration.ofSeconds(2).toNanos()) {
				disturbance.run();
				TimeUnit.MILLISECONDS.sleep(20);
			}
			int before = tokens.size();
			Eventually.holds("the lock goes on being granted", PATIENCE, () -> tokens.size() > before + 10);
			over.set(true);
			for (Future<?> each : work) {
				each.get(60, TimeUnit.SECONDS);
			}
		}
		assertThat(List.copyOf(tokens)).isSorted().doesNotHaveDuplicates();
		assertThat(this.lost).isEmpty();
		return failures.get();
	}

	private LockEngine engine(String node) {
		return LockEngine.builder()
			.provider(new LockProvider("redis", () -> this.store))
			.storeTimeout(Connections.TIMEOUT.multipliedBy(2))
			.nodeId(node)
			.listener(new LockListener() {
				@Override
				public void lost(LeaseLost lost) {
					ServerFaultTests.this.lost.add(lost);
				}
			})
			.build();
	}

	private void everyStepFailsInTime() {
		List<ThrowingCallable> steps = List.of(() -> acquire("k", "o"),
				() -> this.store.tryAcquireOrQueue(new AcquireCommand("k", "o", "node", TTL)),
				() -> this.store.renew(new RenewCommand("k", "o", TTL)),
				() -> this.store.release(new ReleaseCommand("k", "o", Duration.ZERO)),
				() -> this.store.abandon("k", "o", TTL), () -> this.store.forceRelease("k"), () -> this.store.find("k"),
				() -> this.store.held("", 10), () -> this.store.leaveQueue("k", "node"),
				() -> RedisLockStore.open(Connections.config(connect(this.server.port()))));
		steps.forEach(ServerFaultTests::failsInTime);
	}

	private static void failsInTime(ThrowingCallable step) {
		long start = System.nanoTime();
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(step);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(IN_TIME);
	}

	private static boolean succeeds(Runnable step) {
		try {
			step.run();
			return true;
		}
		catch (LockStoreException ex) {
			return false;
		}
	}

	private Granted acquire(String key, String owner) {
		return (Granted) this.store.tryAcquire(new AcquireCommand(key, owner, "node", TTL));
	}

}
