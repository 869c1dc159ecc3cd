package io.distributedlock.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import ch.qos.logback.classic.Level;
import io.distributedlock.Lease;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LockStoreException;
import io.distributedlock.engine.RecordingStore.Sent;
import io.distributedlock.engine.RecordingStore.Step;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static io.distributedlock.engine.HoldingNode.KEY;
import static io.distributedlock.engine.HoldingNode.SAFE;
import static io.distributedlock.engine.HoldingNode.TTL;
import static io.distributedlock.engine.HoldingNode.seconds;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * How a lease is given back.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LeaseCloseTests {

	private static final Executor ON_A_NEW_THREAD = (task) -> new Thread(task, "test").start();

	private final HoldingNode node = HoldingNode.start();

	@Test
	void aClosedLeaseFreesTheLockWithOneCommand() {
		Lease lease = this.node.acquire();
		lease.close();
		assertThat(this.node.store().isHeld(KEY)).isFalse();
		assertThat(this.node.store().sent()).extracting(Sent::step).containsExactly(Step.ACQUIRE, Step.RELEASE);
	}

	@Test
	void closingAgainDoesNothing() {
		Lease lease = this.node.acquire();
		lease.close();
		Lease next = this.node.acquire();
		lease.close();
		assertThat(next.isHeld()).isTrue();
		assertThat(this.node.store().sent(Step.RELEASE)).hasSize(1);
		assertThat(this.node.listener().events("released")).hasSize(1);
	}

	@Test
	void anyThreadMayCloseIt() throws Exception {
		Lease lease = this.node.acquire();
		CompletableFuture.runAsync(lease::close).get(10, TimeUnit.SECONDS);
		assertThat(lease.isHeld()).isFalse();
		assertThat(this.node.store().isHeld(KEY)).isFalse();
	}

	@Test
	void anInterruptedThreadGivesTheLockBackUninterruptedAndStaysInterrupted() {
		Lease lease = this.node.acquire();
		AtomicBoolean interruptedInStore = new AtomicBoolean();
		this.node.store().releasing((command) -> {
			interruptedInStore.set(Thread.currentThread().isInterrupted());
			return this.node.store().memory().release(command);
		});
		Thread.currentThread().interrupt();
		lease.close();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(interruptedInStore).isFalse();
		assertThat(this.node.store().isHeld(KEY)).isFalse();
	}

	@Test
	void aLeaseThatOutlivedItsGrantDoesNotFreeTheNextOnesLock() {
		Lease lease = this.node.acquireUnrenewed();
		this.node.pass(TTL);
		Lease next = this.node.another().acquire();
		lease.close();
		assertThat(next.isHeld()).isTrue();
		assertThat(this.node.store().find(KEY).orElseThrow().fencingToken()).isEqualTo(next.fencingToken());
	}

	@Test
	void aLostLeaseThatIsClosedBeforeItsExpiryFreesTheLock() {
		Lease lease = this.node.acquireUnrenewed();
		this.node.pass(SAFE);
		assertThat(this.node.store().isHeld(KEY)).isTrue();
		lease.close();
		assertThat(this.node.store().isHeld(KEY)).isFalse();
		assertThat(this.node.listener().losses()).hasSize(1);
	}

	@Test
	void aReleaseTheStoreKnowsNothingOfIsALoss() {
		Lease lease = this.node.acquire();
		AtomicInteger told = new AtomicInteger();
		lease.onLost((loss) -> told.incrementAndGet());
		this.node.store().memory().forceRelease(KEY);
		lease.close();
		lease.close();
		this.node.settle();
		assertThat(this.node.listener().reasons()).containsExactly(Reason.REFUSED);
		assertThat(told).hasValue(1);
	}

	static List<Throwable> whatStoresThrow() {
		return List.of(new LockStoreException("down", null), new IllegalStateException("a bug"),
				new NoClassDefFoundError("a/Driver"));
	}

	@ParameterizedTest
	@MethodSource("whatStoresThrow")
	void whateverTheStoreThrowsTheCloserDoesNotSeeItAndTheReleaseIsRetried(Throwable failure) {
		Lease lease = this.node.acquire();
		this.node.store().releasing((command) -> {
			throw sneaky(failure);
		});
		LogCapture log = LogCapture.of("io.distributedlock");
		try (log) {
			lease.close();
		}
		assertThat(log.messages(Level.WARN)).singleElement()
			.asString()
			.contains(KEY, "memory", String.valueOf(lease.fencingToken()));
		assertThat(this.node.listener().events("storeFailed")).hasSize(1);
		assertThat(this.node.listener().failures()).hasSize(1);
		this.node.pass(seconds(3));
		assertThat(this.node.store().sent(Step.RELEASE)).hasSizeBetween(3, 10);
		this.node.store().releasing(this.node.store().memory()::release);
		this.node.pass(seconds(5));
		assertThat(this.node.store().isHeld(KEY)).isFalse();
		int releases = this.node.store().sent(Step.RELEASE).size();
		this.node.pass(TTL);
		assertThat(this.node.store().sent(Step.RELEASE)).hasSize(releases);
		assertThat(this.node.listener().losses()).isEmpty();
	}

	@Test
	void aReleaseThatKeepsFailingIsGivenUpWhenTheLockHasExpired() {
		Lease lease = this.node.acquire();
		this.node.pass(seconds(10));
		this.node.store().releasing((command) -> {
			throw new LockStoreException("down", null);
		});
		long closed = this.node.time().nanoTime();
		lease.close();
		this.node.pass(TTL.multipliedBy(3));
		assertThat(this.node.store().sent(Step.RELEASE)).hasSizeGreaterThan(5)
			.allSatisfy((each) -> assertThat(each.at() - closed).isLessThanOrEqualTo(TTL.toNanos()));
		assertThat(this.node.threads().timers()).isZero();
		assertThat(this.node.listener().losses()).isEmpty();
	}

	@Test
	void aRenewalOfUnknownOutcomeMayHaveProlongedTheGrantSoTheReleaseIsRetriedForThatLong() {
		Lease lease = this.node.acquire();
		this.node.store().renewing((command) -> {
			this.node.store().memory().renew(command);
			throw new LockStoreException("timed out", null);
		});
		this.node.pass(seconds(29));
		this.node.store().releasing((command) -> {
			throw new LockStoreException("down", null);
		});
		lease.close();
		this.node.pass(seconds(10));
		this.node.store().releasing(this.node.store().memory()::release);
		this.node.pass(seconds(6));
		assertThat(this.node.store().isHeld(KEY)).isFalse();
	}

	@Test
	void aCloseWaitsForTheRenewalInFlight() throws Exception {
		Lease lease = this.node.acquire();
		CountDownLatch renewing = new CountDownLatch(1);
		CountDownLatch reply = new CountDownLatch(1);
		this.node.store().renewing((command) -> {
			renewing.countDown();
			await(reply);
			return this.node.store().memory().renew(command);
		});
		CompletableFuture<Void> renewal = CompletableFuture.runAsync(() -> this.node.pass(seconds(10)),
				ON_A_NEW_THREAD);
		await(renewing);
		AtomicReference<Thread> closer = new AtomicReference<>();
		CompletableFuture<Void> close = CompletableFuture.runAsync(() -> {
			closer.set(Thread.currentThread());
			lease.close();
		}, ON_A_NEW_THREAD);
		awaitParked(closer);
		assertThat(lease.isHeld()).isFalse();
		assertThat(this.node.store().sent(Step.RELEASE)).isEmpty();
		reply.countDown();
		renewal.get(10, TimeUnit.SECONDS);
		close.get(10, TimeUnit.SECONDS);
		assertThat(this.node.store().sent()).extracting(Sent::step)
			.containsExactly(Step.ACQUIRE, Step.RENEW, Step.RELEASE);
		assertThat(this.node.store().overlaps()).isEmpty();
		assertThat(this.node.store().isHeld(KEY)).isFalse();
		assertThat(this.node.listener().losses()).isEmpty();
	}

	@Test
	void theHoldersReleaseWaitsForTheReleaseOfALateRenewal() throws Exception {
		Lease lease = this.node.acquire();
		CountDownLatch releasing = new CountDownLatch(1);
		CountDownLatch reply = new CountDownLatch(1);
		this.node.store().renewing((command) -> {
			RenewResult result = this.node.store().memory().renew(command);
			this.node.pass(seconds(25));
			return result;
		});
		this.node.store().releasing((command) -> {
			releasing.countDown();
			await(reply);
			return this.node.store().memory().release(command);
		});
		CompletableFuture<Void> renewal = CompletableFuture.runAsync(() -> this.node.pass(seconds(10)),
				ON_A_NEW_THREAD);
		await(releasing);
		AtomicReference<Thread> closer = new AtomicReference<>();
		CompletableFuture<Void> close = CompletableFuture.runAsync(() -> {
			closer.set(Thread.currentThread());
			lease.close();
		}, ON_A_NEW_THREAD);
		awaitParked(closer);
		reply.countDown();
		renewal.get(10, TimeUnit.SECONDS);
		close.get(10, TimeUnit.SECONDS);
		assertThat(this.node.store().overlaps()).isEmpty();
		assertThat(this.node.store().isHeld(KEY)).isFalse();
	}

	@Test
	void theNextLocalWaiterIsWokenWhateverTheStoreThrowsAtTheRelease() {
		Lease lease = this.node.acquire();
		CompletableFuture<Lease> waiter = this.node.engine()
			.acquireAsync(HoldingNode.request().withWaitTime(TTL))
			.toCompletableFuture();
		this.node.settle();
		assertThat(waiter).isNotDone();
		this.node.store().releasing((command) -> {
			this.node.store().memory().release(command);
			throw new NoClassDefFoundError("a/Driver");
		});
		lease.close();
		this.node.settle();
		assertThat(waiter).isCompleted();
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new AssertionError("interrupted", ex);
		}
	}

	private static void awaitParked(AtomicReference<Thread> thread) {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
		while (thread.get() == null || thread.get().getState() != Thread.State.WAITING) {
			assertThat(System.nanoTime() - deadline).as("a thread that waits").isNegative();
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
		}
	}

	private static RuntimeException sneaky(Throwable failure) {
		if (failure instanceof Error error) {
			throw error;
		}
		return (RuntimeException) failure;
	}

}
