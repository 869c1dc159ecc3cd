package io.distributedlock.interceptor;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockContext;
import io.distributedlock.LockListener;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.OnContention;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.LockProvider;
import io.distributedlock.test.ControllableTime;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Two nodes, each with an engine of its own, on one store.
 */
class LockedBeansOnTheEngineTests {

	private final ControllableTime time = new ControllableTime();

	private final MemoryLockStore store = new MemoryLockStore(this.time);

	private final CountDownLatch released = new CountDownLatch(1);

	@Test
	void methodRunsUnderItsLeaseAndGivesItBack() {
		try (LockedContext node = node("one", Account.class)) {
			Lease lease = node.get(Account.class).lease("a");

			assertThat(lease.key()).isEqualTo("account:a");
			assertThat(lease.name()).isEqualTo("Account.lease");
			assertThat(lease.fencingToken()).isPositive();
			assertThat(lease.isHeld()).isFalse();
			assertThat(LockContext.current()).isEmpty();
		}
	}

	@Test
	void lockIsGivenBackAfterAnException() {
		try (LockedContext node = node("one", Account.class)) {
			Account account = node.get(Account.class);

			assertThatIllegalStateException().isThrownBy(() -> account.fail("a")).withMessage("mine");
			assertThat(account.lease("a").key()).isEqualTo("account:a");
		}
	}

	@Test
	void otherNodeIsRefusedWhileTheMethodRuns() {
		try (LockedContext one = node("one", Account.class); LockedContext two = node("two", Account.class)) {
			one.get(Account.class).run("a", () -> {
				assertThatExceptionOfType(LockNotAcquiredException.class)
					.isThrownBy(() -> two.get(Account.class).lease("a"))
					.satisfies((refused) -> assertThat(refused.holder()).contains("one"));
				assertThat(two.get(Account.class).lease("b").key()).isEqualTo("account:b");
			});
			assertThat(two.get(Account.class).lease("a").key()).isEqualTo("account:a");
		}
	}

	@Test
	void annotatedMethodCalledAgainForTheSameKeyJoinsItsLease() {
		try (LockedContext node = node("one", Account.class)) {
			Account account = node.get(Account.class);
			account.run("a", () -> {
				Lease outer = LockContext.current().orElseThrow();
				assertThat(account.lease("a").fencingToken()).isEqualTo(outer.fencingToken());
				assertThat(account.skipping("a")).isEqualTo("ran");
				assertThat(outer.isHeld()).isTrue();
			});
		}
	}

	@Test
	void annotatedMethodJoinsTheLeaseOfAClosure() {
		try (LockedContext node = node("one", Account.class)) {
			node.get(DistributedLocks.class)
				.run(LockRequest.of("account:a"), () -> assertThat(node.get(Account.class).lease("a").fencingToken())
					.isEqualTo(LockContext.current().orElseThrow().fencingToken()));
		}
	}

	@Test
	void skippedMethodReturnsNothingToTheOtherNode() {
		try (LockedContext one = node("one", Account.class); LockedContext two = node("two", Account.class)) {
			one.get(Account.class).run("a", () -> assertThat(two.get(Account.class).skipping("a")).isNull());
		}
	}

	@Test
	void refusalOfAnotherLockInsideASkippingMethodIsNotSkipped() {
		try (LockedContext one = node("one", Account.class); LockedContext two = node("two", Account.class)) {
			one.get(Account.class)
				.run("a", () -> assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(
						() -> two.get(Account.class).runSkipping("b", () -> two.get(Account.class).lease("a"))));
		}
	}

	@Test
	void cronMethodRunsOnceForNodesWhoseClocksDifferALittle() {
		try (LockedContext one = node("one", Report.class); LockedContext two = node("two", Report.class)) {
			one.get(Report.class).nightly();
			this.time.advance(Duration.ofMillis(900));
			two.get(Report.class).nightly();
			assertThat(two.get(Report.class).runs()).isZero();

			this.time.advance(Duration.ofMillis(200));
			two.get(Report.class).nightly();
			assertThat(two.get(Report.class).runs()).isOne();
		}
	}

	@Test
	void scheduledMethodRunsThroughItsProxy() throws InterruptedException {
		try (LockedContext node = node("one", Scheduling.class, Ticker.class)) {
			assertThat(this.released.await(30, TimeUnit.SECONDS)).isTrue();
			assertThat(node.get(Ticker.class).key()).isEqualTo(Ticker.class.getName() + ".tick");
		}
	}

	private LockedContext node(String nodeId, Class<?>... components) {
		return LockedContext.of((beans) -> {
			beans.registerBean(DistributedLocks.class, () -> engine(nodeId));
			beans.register(components);
		});
	}

	private LockEngine engine(String nodeId) {
		return LockEngine.builder()
			.provider(new LockProvider("memory", () -> this.store))
			.nodeId(nodeId)
			.time(this.time)
			.listener(new LockListener() {
				@Override
				public void released(Lease lease, Duration held) {
					LockedBeansOnTheEngineTests.this.released.countDown();
				}
			})
			.build();
	}

	static class Account {

		@DistributedLock("account:#{#id}")
		public Lease lease(String id) {
			Lease lease = LockContext.current().orElseThrow();
			assertThat(lease.isHeld()).isTrue();
			return lease;
		}

		@DistributedLock("account:#{#id}")
		public void run(String id, Runnable work) {
			work.run();
		}

		@DistributedLock(key = "account:#{#id}", onContention = OnContention.SKIP)
		public void runSkipping(String id, Runnable work) {
			work.run();
		}

		@DistributedLock("account:#{#id}")
		public void fail(String id) {
			throw new IllegalStateException("mine");
		}

		@DistributedLock(key = "account:#{#id}", onContention = OnContention.SKIP)
		public String skipping(String id) {
			return "ran";
		}

	}

	static class Report {

		private final AtomicInteger runs = new AtomicInteger();

		@Scheduled(cron = "0 0 3 * * *")
		@DistributedLock(key = "report")
		public void nightly() {
			this.runs.incrementAndGet();
		}

		public int runs() {
			return this.runs.get();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

	}

	static class Ticker {

		private volatile String key = "none";

		@Scheduled(fixedDelay = 1, timeUnit = TimeUnit.HOURS)
		@DistributedLock(minHold = "1s")
		public void tick() {
			this.key = LockContext.current().map(Lease::key).orElse("not locked");
		}

		public String key() {
			return this.key;
		}

	}

}
