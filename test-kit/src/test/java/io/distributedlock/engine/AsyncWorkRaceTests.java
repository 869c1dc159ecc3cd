package io.distributedlock.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.distributedlock.LockRequest;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.LockProvider;
import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Asynchronous work on the engine's own threads, cancelled at any moment.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AsyncWorkRaceTests {

	private static final LockRequest REQUEST = LockRequest.of("contended").withWaitTime(Duration.ofSeconds(20));

	private final MemoryLockStore store = new MemoryLockStore(TimeSource.system());

	private final List<LockEngine> nodes = List.of(node("a"), node("b"));

	private final AtomicInteger inside = new AtomicInteger();

	private final AtomicInteger overlaps = new AtomicInteger();

	@AfterEach
	void closeNodes() {
		this.nodes.forEach(LockEngine::close);
	}

	@Test
	void cancelledAtAnyMomentItExcludesOthersAndLeavesNothing() {
		long seed = Long.getLong("distributed-lock.test.seed", System.nanoTime());
		System.out.println("Race of asynchronous work with -Ddistributed-lock.test.seed=" + seed);
		Random random = new Random(seed);
		List<CompletableFuture<Boolean>> ended = new ArrayList<>();
		AtomicInteger done = new AtomicInteger();
		for (int i = 0; i < 600; i++) {
			CompletableFuture<Integer> result = this.nodes.get(i % 2)
				.callAsync(REQUEST, this::work)
				.toCompletableFuture();
			ended.add(result.handle((value, failure) -> (failure == null) && done.incrementAndGet() > 0));
			if (random.nextInt(3) > 0) {
				Executor later = CompletableFuture.delayedExecutor(random.nextInt(3000), TimeUnit.MICROSECONDS);
				later.execute(() -> result.cancel(true));
			}
		}
		ended.forEach((end) -> assertThat(end).succeedsWithin(Duration.ofSeconds(30)));
		assertThat(done).hasValueGreaterThan(100);
		awaitIdle();
		assertThat(this.overlaps).hasValue(0);
		assertThat(this.store.held("", 10)).isEmpty();
	}

	/** Ends on another thread, later; is not cancelled before. */
	private CompletableFuture<Integer> work() {
		if (this.inside.incrementAndGet() != 1) {
			this.overlaps.incrementAndGet();
		}
		CompletableFuture<Integer> stage = new CompletableFuture<>() {
			@Override
			public boolean cancel(boolean mayInterruptIfRunning) {
				return false;
			}
		};
		CompletableFuture.delayedExecutor(100, TimeUnit.MICROSECONDS).execute(() -> {
			this.inside.decrementAndGet();
			stage.complete(1);
		});
		return stage;
	}

	private void awaitIdle() {
		long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
		while (!this.nodes.stream().allMatch(LockEngine::isIdle)) {
			assertThat(until - System.nanoTime()).as("time left until nothing is left").isPositive();
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
		}
	}

	private LockEngine node(String nodeId) {
		return LockEngine.builder().nodeId(nodeId).provider(new LockProvider("memory", () -> this.store)).build();
	}

}
