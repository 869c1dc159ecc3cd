package io.distributedlock.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.distributedlock.Lease;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LocalQueueTests extends EngineTest {

	private final LockEngine node = node("this-node", this.store);

	@Test
	void aThousandLocalWaitersCostTheStoreWhatOneCosts() {
		otherNodeHolds(KEY);
		List<CompletableFuture<Lease>> waiters = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			waiters.add(this.node.acquireAsync(waiting(seconds(60))).toCompletableFuture());
		}
		this.threads.advance(seconds(10));
		int polls = this.store.acquires().size();
		// one waiter polls every 125 to 250 ms, a few times faster at first
		assertThat(polls).isBetween(40, 90);
		assertThat(this.store.acquires()).extracting("owner").containsOnly(this.store.acquires().get(0).owner());
		assertThat(waiters).noneMatch(CompletableFuture::isDone);
	}

	@Test
	void aThousandAttemptsAtOnceAreAnsweredByOneAnswerOfTheStore() {
		otherNodeHolds(KEY);
		List<CompletableFuture<Lease>> attempts = new ArrayList<>();
		this.store.onAcquire((store) -> {
			for (int i = 0; i < 999; i++) {
				attempts.add(this.node.acquireAsync(request()).toCompletableFuture());
			}
			this.threads.runPending();
			return store.get();
		});
		attempts.add(async(this.node, request()));
		assertThat(attempts).hasSize(1000)
			.allSatisfy((attempt) -> assertThat(failureOf(attempt)).isInstanceOf(LockNotAcquiredException.class));
		assertThat(this.store.acquires()).hasSize(1);
	}

	@Test
	void localWaitersAreServedInOrder() {
		Lease holder = this.node.acquire(request());
		List<Integer> served = new ArrayList<>();
		List<CompletableFuture<Void>> waiters = new ArrayList<>();
		for (int i = 0; i < 9; i++) {
			int number = i;
			waiters.add(async(this.node, waiting(seconds(60))).thenAccept((lease) -> {
				served.add(number);
				lease.close();
			}));
		}
		holder.close();
		this.threads.runPending();
		assertThat(served).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
		assertThat(waiters).allMatch(CompletableFuture::isDone);
	}

	@Test
	void aReleaseWakesTheNextLocalWaiterAtOnceAndNobodyElse() {
		Lease holder = this.node.acquire(request());
		CompletableFuture<Lease> next = async(this.node, waiting(seconds(60)));
		CompletableFuture<Lease> afterNext = async(this.node, waiting(seconds(60)));
		holder.close();
		this.threads.runPending();
		assertThat(leaseOf(next).fencingToken()).isGreaterThan(holder.fencingToken());
		assertThat(afterNext).isNotDone();
		next.join().close();
		this.threads.runPending();
		assertThat(leaseOf(afterNext).fencingToken()).isGreaterThan(next.join().fencingToken());
	}

	@Test
	void aThreadThatWaitsIsWokenByTheReleaseWithoutTimePassing() {
		Lease holder = this.node.acquire(request());
		Caller<Lease> waiter = waiter(this.node, waiting(seconds(60)));
		holder.close();
		assertThat(waiter.result().isHeld()).isTrue();
	}

	@Test
	void aWaiterKnowsThatTheLockIsHeldOnThisNodeWithoutAskingTheStore() {
		CompletableFuture<Lease> waiter = new CompletableFuture<>();
		this.store.onAcquire((store) -> {
			async(this.node, waiting(seconds(60))).whenComplete((lease, failure) -> waiter.complete(lease));
			return store.get();
		});
		Lease holder = this.node.acquire(request());
		this.threads.runPending();
		assertThat(this.store.acquires()).hasSize(1);
		holder.close();
		this.threads.runPending();
		assertThat(leaseOf(waiter).isHeld()).isTrue();
	}

	@Test
	void anAttemptWithoutWaitTimeDoesNotOvertakeAWaiter() {
		otherNodeHolds(KEY);
		CompletableFuture<Lease> waiter = async(this.node, waiting(seconds(60)));
		otherNodeReleases(KEY);
		assertThat(this.node.tryAcquire(request())).isEmpty();
		assertThat(this.store.acquires()).hasSize(1);
		this.threads.advance(seconds(1));
		assertThat(leaseOf(waiter).isHeld()).isTrue();
	}

	@Test
	void aWaiterThatGivesUpInTheMiddleIsPassedOver() {
		Lease holder = this.node.acquire(request());
		CompletableFuture<Lease> first = async(this.node, waiting(seconds(60)));
		CompletableFuture<Lease> impatient = async(this.node, waiting(seconds(1)));
		CompletableFuture<Lease> cancelled = async(this.node, waiting(seconds(60)));
		CompletableFuture<Lease> last = async(this.node, waiting(seconds(60)));
		cancelled.cancel(false);
		this.threads.advance(seconds(1));
		assertThat(failureOf(impatient)).isInstanceOf(LockNotAcquiredException.class);
		holder.close();
		this.threads.runPending();
		leaseOf(first).close();
		this.threads.runPending();
		assertThat(leaseOf(last).isHeld()).isTrue();
	}

	@Test
	void aHeadThatGivesUpPassesItsTurnOn() {
		otherNodeHolds(KEY);
		CompletableFuture<Lease> impatient = async(this.node, waiting(seconds(1)));
		CompletableFuture<Lease> cancelled = async(this.node, waiting(seconds(60)));
		CompletableFuture<Lease> last = async(this.node, waiting(seconds(60)));
		this.threads.advance(seconds(1));
		assertThat(failureOf(impatient)).isInstanceOf(LockNotAcquiredException.class);
		otherNodeReleases(KEY);
		cancelled.cancel(false);
		this.threads.runPending();
		assertThat(leaseOf(last).isHeld()).isTrue();
	}

	@Test
	void anInterruptedHeadPassesItsTurnOn() {
		otherNodeHolds(KEY);
		Caller<Lease> head = waiter(this.node, waiting(seconds(60)));
		Caller<Lease> next = waiter(this.node, waiting(seconds(60)));
		otherNodeReleases(KEY);
		head.interrupt();
		assertThat(next.result().isHeld()).isTrue();
		assertThat(head.failure()).hasMessageContaining("Interrupted");
	}

	@Test
	void aKeyWhoseStoreCallHangsDoesNotDisturbAnotherKey() {
		ScriptedStore.Gate gate = new ScriptedStore.Gate();
		this.store.onAcquire((store) -> {
			gate.run();
			return store.get();
		});
		Caller<Optional<Lease>> hanging = trying(this.node, request());
		gate.awaitReached();
		try (Lease other = this.node.acquire(LockRequest.of("order:43"))) {
			assertThat(other.isHeld()).isTrue();
		}
		assertThat(hanging.isRunning()).isTrue();
		gate.open();
		assertThat(hanging.result()).isPresent();
	}

}
