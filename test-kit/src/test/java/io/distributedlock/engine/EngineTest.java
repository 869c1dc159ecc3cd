package io.distributedlock.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.Renewal;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.test.ControllableThreads;
import io.distributedlock.test.ControllableTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Engines on a store, with time that moves when the test says so.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class EngineTest {

	static final Duration STORE_TIMEOUT = Duration.ofSeconds(5);

	static final Duration TTL = Duration.ofSeconds(30);

	static final String KEY = "order:42";

	final ControllableTime time = new ControllableTime();

	final ControllableThreads threads = new ControllableThreads(this.time);

	/** Wakes waiters. */
	final MemoryLockStore memory = new MemoryLockStore(this.time);

	/** Is polled. */
	final ScriptedStore store = new ScriptedStore(this.memory);

	private final List<LockEngine> engines = new ArrayList<>();

	@AfterEach
	void closeEngines() {
		this.engines.forEach(LockEngine::close);
	}

	LockEngine node(String nodeId, LockStore store) {
		return engine(LockEngine.builder().nodeId(nodeId).provider(new LockProvider("test", () -> store)));
	}

	LockEngine engine(LockEngineBuilder builder) {
		LockEngine engine = builder.time(this.time).threads(this.threads).storeTimeout(STORE_TIMEOUT).build();
		this.engines.add(engine);
		return engine;
	}

	static LockRequest request() {
		return LockRequest.of(KEY).withTtl(TTL).withRenewal(Renewal.NONE);
	}

	static LockRequest waiting(Duration waitTime) {
		return request().withWaitTime(waitTime);
	}

	/** Acquires on the threads of the engine, which run in {@code advance}. */
	CompletableFuture<Lease> async(LockEngine engine, LockRequest request) {
		CompletableFuture<Lease> future = engine.acquireAsync(request).toCompletableFuture();
		this.threads.runPending();
		return future;
	}

	/** Lets another node hold the lock for long. */
	void otherNodeHolds(String key) {
		this.memory.tryAcquire(new AcquireCommand(key, "other-owner", "other-node", Duration.ofHours(1)));
	}

	void otherNodeReleases(String key) {
		this.memory.release(new ReleaseCommand(key, "other-owner", Duration.ZERO));
	}

	static Throwable failureOf(CompletableFuture<?> future) {
		assertThat(future).isCompletedExceptionally();
		return future.handle((result, failure) -> failure).join();
	}

	static Lease leaseOf(CompletableFuture<Lease> future) {
		assertThat(future).isCompleted();
		return future.join();
	}

	/** Starts a call that acquires, and waits until it waits. */
	Caller<Lease> waiter(LockEngine engine, LockRequest request) {
		int timers = this.threads.timers();
		Caller<Lease> caller = Caller.of(() -> engine.acquire(request));
		this.threads.awaitTimers(timers + 1);
		return caller;
	}

	/** Starts a call that tries to acquire. */
	static Caller<Optional<Lease>> trying(LockEngine engine, LockRequest request) {
		return Caller.of(() -> engine.tryAcquire(request));
	}

	long elapsedMillis(long since) {
		return TimeUnit.NANOSECONDS.toMillis(this.time.nanoTime() - since);
	}

	static Duration ms(long millis) {
		return Duration.ofMillis(millis);
	}

	static Duration seconds(long seconds) {
		return Duration.ofSeconds(seconds);
	}

}
