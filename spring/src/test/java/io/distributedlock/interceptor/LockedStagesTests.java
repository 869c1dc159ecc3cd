package io.distributedlock.interceptor;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockContext;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.OnContention;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.time.TimeSource;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Methods that return a stage.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LockedStagesTests {

	private final MemoryLockStore store = new MemoryLockStore(TimeSource.system());

	private final LockedNode node = new LockedNode("this-node", this.store, Service.class);

	private final LockedNode other = new LockedNode("other-node", this.store, Service.class);

	private final Service service = this.node.get(Service.class);

	private final CompletableFuture<String> work = new CompletableFuture<>();

	private final CountDownLatch working = new CountDownLatch(1);

	@AfterEach
	void closeNodes() {
		this.node.close();
		this.other.close();
	}

	@Test
	void lockIsHeldUntilTheStageIsDoneAndFreeWhenTheCallerLearnsOfIt() throws Exception {
		CompletableFuture<Boolean> held = this.service.future("a", this::start)
			.thenApply((done) -> this.node.isHeld("a"));
		assertThat(this.working.await(20, TimeUnit.SECONDS)).isTrue();
		assertThat(this.other.isHeld("a")).isTrue();

		this.work.complete("x");

		assertThat(held.get(20, TimeUnit.SECONDS)).isFalse();
	}

	@Test
	void methodRunsUnderItsLeaseOnAThreadThatItMayBlock() throws Exception {
		List<String> seen = new CopyOnWriteArrayList<>();

		CompletionStage<String> stage = this.service.stage("a", () -> {
			seen.add(Thread.currentThread().getName().replaceAll("-\\d+$", ""));
			seen.add(LockContext.current().map(Lease::key).orElse("none"));
			return CompletableFuture.completedFuture("x");
		});

		assertThat(stage.toCompletableFuture().get(20, TimeUnit.SECONDS)).isEqualTo("x");
		assertThat(seen).containsExactly("distributed-lock-completions", "a");
	}

	@Test
	void exceptionsReachTheCallerAfterTheRelease() {
		IllegalStateException failure = new IllegalStateException("mine");

		assertFails(this.service.future("a", () -> CompletableFuture.failedFuture(failure))).isSameAs(failure);
		assertThat(this.node.isHeld("a")).isFalse();
		assertFails(this.service.future("a", () -> {
			throw failure;
		})).isSameAs(failure);
		assertFails(this.service.nothing("a")).isInstanceOf(NullPointerException.class);
		assertThat(this.node.isHeld("a")).isFalse();
	}

	@Test
	void contentionIsWhatTheAnnotationMakesOfIt() throws Exception {
		try (Lease lease = this.other.hold("a")) {
			assertFails(this.service.future("a", this::start)).isInstanceOf(LockNotAcquiredException.class);
			assertThat(this.service.skipping("a").get(20, TimeUnit.SECONDS)).isNull();
			assertThat(this.service.withFallback("a").get(20, TimeUnit.SECONDS)).isEqualTo("instead of other-node");
		}
		assertThat(this.working.getCount()).isOne();
	}

	@Test
	void contentionOfAnotherLockInsideTheMethodIsNotSkipped() {
		LockNotAcquiredException inner = new LockNotAcquiredException("inner", Duration.ZERO, null);

		assertFails(this.service.skippingUnlessItFails("a", inner)).isSameAs(inner);
	}

	@Test
	void cancelledItCancelsTheWorkAndReleases() throws Exception {
		CompletableFuture<String> result = this.service.future("a", this::start);
		assertThat(this.working.await(20, TimeUnit.SECONDS)).isTrue();

		result.cancel(true);

		this.node.awaitFree("a");
		assertThat(this.work).isCancelled();
	}

	@Test
	void cancelledWhileItWaitsItGivesUp() {
		Lease lease = this.other.hold("a");
		CompletableFuture<String> result = this.service.waiting("a", this::start);

		result.cancel(true);
		lease.close();

		this.other.hold("a").close();
		assertThat(this.working.getCount()).isOne();
	}

	@Test
	void lossIsReportedAtTheEnd() throws Exception {
		CompletableFuture<String> result = this.service.future("a", this::start);
		assertThat(this.working.await(20, TimeUnit.SECONDS)).isTrue();
		assertThat(this.node.locks.forceRelease("a")).isTrue();
		assertThat(result).isNotDone();

		this.work.complete("x");

		assertFails(result).isInstanceOf(LeaseLostException.class);
	}

	private CompletableFuture<String> start() {
		this.working.countDown();
		return this.work;
	}

	private static AbstractThrowableAssert<?, ?> assertFails(CompletableFuture<?> result) {
		return assertThatThrownBy(() -> result.get(20, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class)
			.cause();
	}

	static class Service {

		@DistributedLock("#key")
		public CompletableFuture<String> future(String key, Supplier<CompletableFuture<String>> work) {
			return work.get();
		}

		@DistributedLock("#key")
		public CompletionStage<String> stage(String key, Supplier<CompletableFuture<String>> work) {
			return work.get();
		}

		@DistributedLock(key = "#key", waitTime = "20s")
		public CompletableFuture<String> waiting(String key, Supplier<CompletableFuture<String>> work) {
			return work.get();
		}

		@DistributedLock("#key")
		@SuppressWarnings("NullAway")
		public CompletableFuture<String> nothing(String key) {
			return null;
		}

		@DistributedLock(key = "#key", onContention = OnContention.SKIP)
		public CompletableFuture<String> skipping(String key) {
			return CompletableFuture.completedFuture("x");
		}

		@DistributedLock(key = "#key", onContention = OnContention.SKIP)
		public CompletableFuture<String> skippingUnlessItFails(String key, RuntimeException failure) {
			throw failure;
		}

		@DistributedLock(key = "#key", fallback = "fallback")
		public CompletableFuture<String> withFallback(String key) {
			return CompletableFuture.completedFuture("x");
		}

		public CompletableFuture<String> fallback(String key, LockNotAcquiredException refused) {
			return CompletableFuture.completedFuture("instead of " + refused.holder().orElse("?"));
		}

	}

}
