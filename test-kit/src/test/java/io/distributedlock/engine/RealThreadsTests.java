package io.distributedlock.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.distributedlock.Lease;
import io.distributedlock.LockInterruptedException;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.LockStore;
import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RealThreadsTests {

	private static final String KEY = "order:42";

	private final MemoryLockStore memory = new MemoryLockStore(TimeSource.system());

	private final List<LockEngine> engines = new ArrayList<>();

	private final Map<String, Integer> inside = new ConcurrentHashMap<>();

	private final Map<String, List<Long>> tokens = new ConcurrentHashMap<>();

	private final List<String> violations = new CopyOnWriteArrayList<>();

	@AfterEach
	void closeEngines() {
		this.engines.forEach(LockEngine::close);
	}

	@Test
	void twoNodesOfTenThreadsExcludeEachOther() {
		int done = compete(node("a", this.memory), node("b", this.memory), 10, 200);
		assertThat(done).isEqualTo(2 * 10 * 200);
		assertExclusion(done);
	}

	@Test
	void whenPolledToo() {
		ScriptedStore storeOfA = new ScriptedStore(this.memory);
		ScriptedStore storeOfB = new ScriptedStore(this.memory);
		int done = compete(node("a", storeOfA), node("b", storeOfB), 10, 5);
		assertThat(done).isEqualTo(2 * 10 * 5);
		assertExclusion(done);
		assertThat(storeOfA.mostInFlight()).isEqualTo(1);
		assertThat(storeOfB.mostInFlight()).isEqualTo(1);
	}

	@Test
	void nothingIsLeftAfterWaitsInterruptsCancellationsAndFailures() {
		long seed = Long.getLong("distributed-lock.test.seed", System.nanoTime());
		System.out.println("Stress of the engine with -Ddistributed-lock.test.seed=" + seed);
		LockEngine[] nodes = { node("a", new FlakyStore(this.memory, 20)), node("b", new FlakyStore(this.memory, 20)) };
		long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
		AtomicInteger acquired = new AtomicInteger();
		List<Caller<Integer>> workers = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			Random random = new Random(seed + i);
			LockEngine node = nodes[i % 2];
			workers.add(Caller.of(() -> {
				while (until - System.nanoTime() > 0) {
					acquired.addAndGet(random.nextInt(3) == 0 ? stressAsync(node, random) : stress(node, random));
				}
				return 0;
			}));
		}
		Random random = new Random(seed - 1);
		while (until - System.nanoTime() > 0) {
			workers.get(random.nextInt(workers.size())).interrupt();
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1 + random.nextInt(10)));
		}
		workers.forEach(Caller::result);
		assertThat(acquired).hasValueGreaterThan(100);
		assertThat(this.violations).isEmpty();
		await("locks held: ", () -> this.memory.held("", 10).isEmpty());
		await("queues", () -> nodes[0].isIdle() && nodes[1].isIdle());
	}

	private int stress(LockEngine node, Random random) {
		LockRequest request = randomRequest(random);
		try {
			return node.tryAcquire(request).map((lease) -> use(lease, random.nextInt(1000))).orElse(0);
		}
		catch (LockInterruptedException | LockStoreException ex) {
			Thread.interrupted();
			return 0;
		}
	}

	private int stressAsync(LockEngine node, Random random) {
		int micros = random.nextInt(1000);
		AtomicInteger done = new AtomicInteger();
		CompletableFuture<Lease> future = node.acquireAsync(randomRequest(random)).toCompletableFuture();
		CompletableFuture<Void> used = future.thenAccept((lease) -> done.set(use(lease, micros)));
		if (random.nextBoolean()) {
			LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(5000)));
			future.cancel(true);
		}
		CompletableFuture<Integer> ended = used.handle((nothing, failure) -> done.get());
		try {
			return ended.get(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			return 0;
		}
		catch (Exception ex) {
			throw new AssertionError("An asynchronous request was never answered", ex);
		}
	}

	private static LockRequest randomRequest(Random random) {
		return LockRequest.of(KEY + random.nextInt(3))
			.withTtl(Duration.ofSeconds(30))
			.withWaitTime(Duration.ofMillis(Math.max(0, random.nextInt(80) - 30)));
	}

	private int compete(LockEngine nodeA, LockEngine nodeB, int threads, int rounds) {
		LockRequest request = LockRequest.of(KEY).withWaitTime(Duration.ofSeconds(60));
		List<Caller<Integer>> callers = new ArrayList<>();
		for (int i = 0; i < 2 * threads; i++) {
			LockEngine node = (i % 2 == 0) ? nodeA : nodeB;
			callers.add(Caller.of(() -> {
				int done = 0;
				for (int round = 0; round < rounds; round++) {
					done += use(node.acquire(request), 0);
				}
				return done;
			}));
		}
		return callers.stream().mapToInt(Caller::result).sum();
	}

	/** Works under a lease, and notices if it is not alone. */
	private int use(Lease lease, int micros) {
		try (lease) {
			if (this.inside.merge(lease.key(), 1, Integer::sum) != 1) {
				this.violations.add("two holders of " + lease.key());
			}
			List<Long> seen = this.tokens.computeIfAbsent(lease.key(), (key) -> new ArrayList<>());
			if (!seen.isEmpty() && seen.get(seen.size() - 1) >= lease.fencingToken()) {
				this.violations.add("token of " + lease.key() + " did not grow");
			}
			seen.add(lease.fencingToken());
			if (micros > 0) {
				LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(micros));
			}
			this.inside.merge(lease.key(), -1, Integer::sum);
		}
		return 1;
	}

	private void assertExclusion(int grants) {
		assertThat(this.violations).isEmpty();
		List<Long> seen = this.tokens.getOrDefault(KEY, Collections.emptyList());
		assertThat(seen).hasSize(grants).isSorted().doesNotHaveDuplicates();
		assertThat(this.memory.held("", 10)).isEmpty();
		assertThat(this.engines).allMatch(LockEngine::isIdle);
	}

	private static void await(String what, BooleanSupplier condition) {
		long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
		while (!condition.getAsBoolean()) {
			assertThat(until - System.nanoTime()).as("time left to wait until there are no %s", what).isPositive();
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
		}
	}

	private LockEngine node(String nodeId, LockStore store) {
		LockEngine engine = LockEngine.builder()
			.nodeId(nodeId)
			.provider(new LockProvider("memory", () -> store))
			.build();
		this.engines.add(engine);
		return engine;
	}

}
