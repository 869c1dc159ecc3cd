package io.distributedlock.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.distributedlock.InvalidLockKeyException;
import io.distributedlock.Lease;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.LockProvider;
import io.distributedlock.test.ControllableThreads.Kind;
import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AsyncAcquisitionTests extends EngineTest {

	private final LockEngine node = node("this-node", this.store);

	@Test
	void theCallerDoesNoStoreWork() {
		CompletableFuture<Lease> future = this.node.acquireAsync(request()).toCompletableFuture();
		assertThat(this.store.acquires()).isEmpty();
		this.threads.runPending();
		assertThat(leaseOf(future).isHeld()).isTrue();
	}

	@Test
	void contentionOutageAndBadRequestsArriveAsFailures() {
		otherNodeHolds(KEY);
		assertThat(failureOf(async(this.node, request()))).isInstanceOf(LockNotAcquiredException.class);
		this.store.onAcquire(ScriptedStore.fails());
		assertThat(failureOf(async(this.node, request()))).isInstanceOf(LockStoreException.class);
		LockEngine prefixed = engine(
				LockEngine.builder().keyPrefix("x".repeat(250)).provider(new LockProvider("test", () -> this.store)));
		assertThat(failureOf(async(prefixed, request()))).isInstanceOf(InvalidLockKeyException.class);
		assertThat(failureOf(async(this.node, request().withProvider("unknown"))))
			.isInstanceOf(IllegalArgumentException.class);
	}

	@Test
	void waitingOccupiesNoThread() {
		otherNodeHolds(KEY);
		CompletableFuture<Lease> future = async(this.node, waiting(seconds(60)));
		assertThat(future).isNotDone();
		assertThat(this.threads.pending(Kind.STORE_WORK)).isZero();
		otherNodeReleases(KEY);
		this.threads.advance(ms(250));
		assertThat(leaseOf(future).isHeld()).isTrue();
	}

	@Test
	void cancellingEndsTheWait() {
		otherNodeHolds(KEY);
		CompletableFuture<Lease> future = async(this.node, waiting(seconds(60)));
		future.cancel(true);
		this.threads.runPending();
		assertThat(this.threads.timers()).isZero();
		int asked = this.store.acquires().size();
		otherNodeReleases(KEY);
		this.threads.advance(seconds(60));
		assertThat(this.store.acquires()).hasSize(asked);
		assertThat(this.node.tryAcquire(request())).isPresent();
	}

	@Test
	void aTimeoutSetByTheCallerEndsTheWaitToo() {
		otherNodeHolds(KEY);
		CompletableFuture<Lease> future = async(this.node, waiting(seconds(60)));
		CompletableFuture<Lease> impatient = future.orTimeout(1, TimeUnit.MILLISECONDS);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(impatient::join)
			.withCauseInstanceOf(TimeoutException.class);
		this.threads.awaitPending(Kind.STORE_WORK, 1);
		this.threads.runPending();
		assertThat(this.threads.timers()).isZero();
	}

	@Test
	void aLeaseGrantedToACancelledRequestIsClosed() {
		CompletableFuture<CompletableFuture<Lease>> future = new CompletableFuture<>();
		this.store.onAcquire((store) -> {
			future.join().cancel(false);
			return store.get();
		});
		future.complete(this.node.acquireAsync(request()).toCompletableFuture());
		this.threads.runPending();
		assertThat(future.join()).isCancelled();
		assertThat(this.memory.find(KEY)).isEmpty();
		assertThat(this.store.releases()).hasSize(1);
	}

	@Test
	void manyWaitersAreServedInOrderAcrossBlockingAndAsynchronousOnes() {
		Lease holder = this.node.acquire(request());
		List<String> served = new ArrayList<>();
		List<CompletableFuture<Void>> before = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			String number = "async " + i;
			before.add(async(this.node, waiting(seconds(60))).thenAccept((lease) -> {
				served.add(number);
				lease.close();
			}));
		}
		Caller<Lease> blocking = waiter(this.node, waiting(seconds(60)));
		CompletableFuture<Lease> last = async(this.node, waiting(seconds(60)));
		holder.close();
		this.threads.runPending();
		assertThat(served).containsExactly("async 0", "async 1", "async 2");
		assertThat(before).allMatch(CompletableFuture::isDone);
		Lease blockingLease = blocking.result();
		assertThat(last).isNotDone();
		blockingLease.close();
		this.threads.runPending();
		assertThat(leaseOf(last).fencingToken()).isGreaterThan(blockingLease.fencingToken());
	}

	@Test
	void aRequestIsAnsweredInTimeAlsoWhenAllThreadsAreBusy() {
		this.threads.hold(Kind.STORE_WORK);
		CompletableFuture<Lease> future = this.node.acquireAsync(waiting(seconds(1))).toCompletableFuture();
		this.threads.advance(seconds(1).plus(STORE_TIMEOUT).minusMillis(1));
		assertThat(future).isNotDone();
		this.threads.advance(ms(1));
		assertThat(failureOf(future)).isInstanceOf(LockStoreException.class).hasMessageContaining("did not answer");
		this.threads.resume(Kind.STORE_WORK);
		this.threads.runPending();
		assertThat(this.store.acquires()).isEmpty();
	}

	@Test
	void aGrantThatComesAfterTheRequestWasAnsweredIsGivenBack() {
		this.store.onAcquire((store) -> {
			this.threads.advance(seconds(6));
			return store.get();
		});
		CompletableFuture<Lease> future = async(this.node, request());
		assertThat(failureOf(future)).isInstanceOf(LockStoreException.class);
		assertThat(this.memory.find(KEY)).isEmpty();
	}

	@Test
	void anEndedRequestLeavesNoTimer() {
		otherNodeHolds(KEY);
		assertThat(async(this.node, request())).isCompletedExceptionally();
		async(this.node, LockRequest.of("free")).join().close();
		this.threads.advance(seconds(1));
		assertThat(this.threads.timers()).isZero();
	}

	@Test
	void aContinuationThatBlocksHoldsUpNobodyElse() throws Exception {
		CountDownLatch released = new CountDownLatch(1);
		CountDownLatch attached = new CountDownLatch(1);
		MemoryLockStore memory = new MemoryLockStore(TimeSource.system());
		try (LockEngine engine = LockEngine.builder().provider(new LockProvider("memory", () -> {
			// a future that is complete would run its continuation on this test's thread
			awaitQuietly(attached);
			return memory;
		})).build()) {
			for (int i = 0; i < 20; i++) {
				CompletionStage<Void> unused = engine.acquireAsync(LockRequest.of("blocked:" + i))
					.thenAccept((lease) -> awaitQuietly(released));
			}
			attached.countDown();
			assertThat(engine.tryAcquire(LockRequest.of("free"))).isPresent();
			assertThat(engine.acquireAsync(LockRequest.of("free as well"))).succeedsWithin(Duration.ofSeconds(10));
		}
		finally {
			released.countDown();
		}
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
