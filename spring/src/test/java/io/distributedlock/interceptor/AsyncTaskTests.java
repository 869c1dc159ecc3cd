package io.distributedlock.interceptor;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Methods that Spring runs as tasks of their own: {@code @Async}.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AsyncTaskTests {

	private final MemoryLockStore store = new MemoryLockStore(TimeSource.system());

	private final LockedNode node = new LockedNode("this-node", this.store, Tasks.class, Service.class);

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
	void lockIsTakenOnTheThreadOfTheTask() throws Exception {
		CompletableFuture<Thread> thread = new CompletableFuture<>();
		CountDownLatch mayEnd = new CountDownLatch(1);

		this.service.run("a", () -> {
			assertThat(LockContext.current()).map(Lease::key).hasValue("a");
			thread.complete(Thread.currentThread());
			await(mayEnd);
		});

		assertThat(thread.get(20, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
		assertThat(LockContext.current()).isEmpty();
		assertThat(this.node.isHeld("a")).isTrue();
		mayEnd.countDown();
		this.node.awaitFree("a");
	}

	@Test
	void callerDoesNotWaitForTheLock() throws Exception {
		Lease lease = this.other.hold("a");
		CountDownLatch ran = new CountDownLatch(1);

		this.service.runWaiting("a", ran::countDown);

		assertThat(ran.getCount()).isOne();
		lease.close();
		assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void lockIsHeldUntilTheReturnedCompletableFutureIsDone() throws Exception {
		assertHeldUntilDone(this.service.completableFuture("a", this::start));
	}

	@Test
	void lockIsHeldUntilTheReturnedFutureIsDone() throws Exception {
		assertHeldUntilDone(this.service.future("a", this::start));
	}

	private void assertHeldUntilDone(Future<String> result) throws Exception {
		assertThat(this.working.await(20, TimeUnit.SECONDS)).isTrue();
		assertThat(this.other.isHeld("a")).isTrue();
		this.work.complete("x");
		assertThat(result.get(20, TimeUnit.SECONDS)).isEqualTo("x");
		assertThat(this.node.isHeld("a")).isFalse();
	}

	@Test
	void exceptionOfTheReturnedFutureReachesTheCallerAfterTheRelease() {
		CompletableFuture<String> result = this.service.completableFuture("a", this::start);
		this.work.completeExceptionally(new IllegalStateException("mine"));

		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> result.get(20, TimeUnit.SECONDS))
			.havingCause()
			.isInstanceOf(IllegalStateException.class)
			.withMessage("mine");
		assertThat(this.node.isHeld("a")).isFalse();
	}

	@Test
	void exceptionOfTheMethodReachesTheCallersFuture() {
		CompletableFuture<String> result = this.service.completableFuture("a", () -> {
			throw new IllegalStateException("mine");
		});

		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> result.get(20, TimeUnit.SECONDS))
			.havingCause()
			.isInstanceOf(IllegalStateException.class);
		assertThat(this.node.isHeld("a")).isFalse();
	}

	@Test
	void lossReachesTheCallersFuture() throws Exception {
		CompletableFuture<String> result = this.service.completableFuture("a", this::start);
		assertThat(this.working.await(20, TimeUnit.SECONDS)).isTrue();
		assertThat(this.node.locks.forceRelease("a")).isTrue();
		this.work.complete("x");

		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> result.get(20, TimeUnit.SECONDS))
			.havingCause()
			.isInstanceOf(LeaseLostException.class);
	}

	@Test
	void contentionReachesTheCallersFuture() throws Exception {
		try (Lease lease = this.other.hold("a")) {
			assertThatExceptionOfType(ExecutionException.class)
				.isThrownBy(() -> this.service.completableFuture("a", this::start).get(20, TimeUnit.SECONDS))
				.havingCause()
				.isInstanceOf(LockNotAcquiredException.class);
			assertThat(this.service.skipping("a").get(20, TimeUnit.SECONDS)).isNull();
			assertThat(this.service.withFallback("a").get(20, TimeUnit.SECONDS)).isEqualTo("instead of other-node");
		}
		assertThat(this.working.getCount()).isOne();
	}

	@Test
	void withoutTasksTheCallerRunsTheMethodUnderTheLock() {
		try (LockedNode plain = new LockedNode("plain", this.store, Service.class)) {
			Service service = plain.get(Service.class);
			service.run("a", () -> assertThat(plain.isHeld("a")).isTrue());
			assertThatIllegalStateException().isThrownBy(() -> service.run("a", () -> {
				throw new IllegalStateException("mine");
			}));
			try (Lease lease = this.other.hold("a")) {
				assertThat(service.skipping("a")).isCompletedWithValue(null);
			}
		}
	}

	private CompletableFuture<String> start() {
		this.working.countDown();
		return this.work;
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class Tasks {

	}

	static class Service {

		@Async
		@DistributedLock("#key")
		public void run(String key, Runnable work) {
			work.run();
		}

		@Async
		@DistributedLock(key = "#key", waitTime = "20s")
		public void runWaiting(String key, Runnable work) {
			work.run();
		}

		@Async
		@DistributedLock("#key")
		public CompletableFuture<String> completableFuture(String key, Supplier<CompletableFuture<String>> work) {
			return work.get();
		}

		@Async
		@DistributedLock("#key")
		public Future<String> future(String key, Supplier<CompletableFuture<String>> work) {
			return work.get();
		}

		@Async
		@DistributedLock(key = "#key", onContention = OnContention.SKIP)
		public CompletableFuture<String> skipping(String key) {
			return CompletableFuture.completedFuture("x");
		}

		@Async
		@DistributedLock(key = "#key", fallback = "fallback")
		public CompletableFuture<String> withFallback(String key) {
			return CompletableFuture.completedFuture("x");
		}

		public CompletableFuture<String> fallback(String key, LockNotAcquiredException refused) {
			return CompletableFuture.completedFuture("instead of " + refused.holder().orElse("?"));
		}

	}

}
