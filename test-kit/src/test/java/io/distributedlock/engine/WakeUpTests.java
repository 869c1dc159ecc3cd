package io.distributedlock.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import ch.qos.logback.classic.Level;
import io.distributedlock.Lease;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

class WakeUpTests extends EngineTest {

	private final WakingStore waking = new WakingStore(this.memory);

	private final LockEngine nodeA = node("node-a", this.memory);

	private final LockEngine nodeB = node("node-b", this.waking);

	private final LockEngine nodeC = node("node-c", this.memory);

	@Test
	void aReleaseWakesTheWaiterOfAnotherNodeAtOnce() {
		Lease holder = this.nodeA.acquire(request());
		CompletableFuture<Lease> waiter = queued(this.nodeB);
		holder.close();
		this.threads.runPending();
		assertThat(leaseOf(waiter).fencingToken()).isGreaterThan(holder.fencingToken());
	}

	@Test
	void aReleaseWakesOneOfTheNodesThatWait() {
		Lease holder = this.nodeA.acquire(request());
		CompletableFuture<Lease> first = queued(this.nodeB);
		CompletableFuture<Lease> second = queued(this.nodeC);
		int asked = this.waking.acquires().size();
		holder.close();
		this.threads.runPending();
		assertThat(leaseOf(first).isHeld()).isTrue();
		assertThat(second).isNotDone();
		assertThat(this.waking.acquires()).hasSize(asked + 1);
	}

	@Test
	void aLostWakeUpCostsAtMostTheRecheckInterval() {
		this.waking.losesWakeUps();
		Lease holder = this.nodeA.acquire(request());
		CompletableFuture<Lease> waiter = queued(this.nodeB);
		holder.close();
		this.threads.runPending();
		assertThat(waiter).isNotDone();
		this.threads.advance(seconds(1));
		assertThat(leaseOf(waiter).isHeld()).isTrue();
	}

	@Test
	void anExpiryThatNobodyAnnouncesIsNoticedAtOnce() {
		this.memory.tryAcquire(new AcquireCommand(KEY, "dead-owner", "dead-node", ms(700)));
		CompletableFuture<Lease> waiter = async(this.nodeB, waiting(seconds(60)));
		this.threads.advance(ms(699));
		assertThat(waiter).isNotDone();
		this.threads.advance(ms(2));
		assertThat(leaseOf(waiter).isHeld()).isTrue();
	}

	@Test
	void whileWokenTheStoreIsAskedAboutOnceASecond() {
		otherNodeHolds(KEY);
		CompletableFuture<Lease> waiter = queued(this.nodeB);
		int asked = this.waking.acquires().size();
		this.threads.advance(seconds(30));
		assertThat(this.waking.acquires().size() - asked).isBetween(29, 61);
		assertThat(waiter).isNotDone();
	}

	@Test
	void aWakeUpThatNobodyCanUseIsPassedOn() {
		Lease holder = this.nodeA.acquire(request());
		queued(this.nodeB).cancel(false);
		this.threads.runPending();
		AcquireResult queuedAgain = this.waking.tryAcquireOrQueue(new AcquireCommand(KEY, "forgotten", "node-b", TTL));
		assertThat(queuedAgain).isInstanceOf(AcquireResult.Held.class);
		CompletableFuture<Lease> waiter = queued(this.nodeC);
		holder.close();
		this.threads.runPending();
		assertThat(leaseOf(waiter).isHeld()).isTrue();
	}

	@Test
	void aNodeWhoseWaiterGaveUpLeavesTheQueue() {
		Lease holder = this.nodeA.acquire(request());
		CompletableFuture<Lease> impatient = async(this.nodeB, waiting(seconds(1)));
		this.threads.advance(seconds(1));
		assertThat(failureOf(impatient)).isInstanceOf(LockNotAcquiredException.class);
		assertThat(this.waking.leftQueues()).containsExactly(KEY);
		holder.close();
		assertThat(this.nodeC.tryAcquire(request())).isPresent();
	}

	@Test
	void aNodeWhoseLastCallerDidNotWaitLeavesTheQueueToo() {
		Lease holder = this.nodeA.acquire(request());
		CompletableFuture<Lease> waiter = queued(this.nodeB);
		CompletableFuture<CompletableFuture<Lease>> attempt = new CompletableFuture<>();
		this.waking.onAcquire((store) -> {
			attempt.complete(this.nodeB.acquireAsync(request()).toCompletableFuture());
			waiter.cancel(false);
			return store.get();
		});
		this.threads.advance(seconds(1));
		assertThat(failureOf(attempt.join())).isInstanceOf(LockNotAcquiredException.class);
		assertThat(this.waking.leftQueues()).containsExactly(KEY);
		holder.close();
		assertThat(this.nodeC.tryAcquire(request())).isPresent();
	}

	@Test
	void aNodeWhoseAttemptFailedLeavesTheQueueToo() {
		Lease holder = this.nodeA.acquire(request());
		queued(this.nodeB).cancel(false);
		this.threads.runPending();
		this.waking.onAcquire(ScriptedStore.failsAfterExecution());
		CompletableFuture<Lease> failing = async(this.nodeB, waiting(seconds(60)));
		assertThat(failureOf(failing)).isInstanceOf(LockStoreException.class);
		holder.close();
		assertThat(this.nodeC.tryAcquire(request())).isPresent();
	}

	@Test
	void aNodeWithMoreWaitersIsQueuedByItsRelease() {
		Lease holder = this.nodeA.acquire(request());
		CompletableFuture<Lease> first = queued(this.nodeB);
		CompletableFuture<Lease> second = queued(this.nodeB);
		CompletableFuture<Lease> other = queued(this.nodeC);
		holder.close();
		this.threads.runPending();
		leaseOf(first).close();
		assertThat(this.waking.queuedByRelease()).containsExactly("node-b");
		this.threads.runPending();
		leaseOf(other).close();
		this.threads.runPending();
		leaseOf(second).close();
		assertThat(this.waking.queuedByRelease()).containsExactly("node-b");
	}

	@Test
	void aNodeThatIsQueuedByItsReleaseDoesNotAskBeforeItIsWoken() {
		Lease holder = this.nodeA.acquire(request());
		CompletableFuture<Lease> first = queued(this.nodeB);
		CompletableFuture<Lease> second = queued(this.nodeB);
		CompletableFuture<Lease> other = queued(this.nodeC);
		holder.close();
		this.threads.runPending();
		int asked = this.waking.acquires().size();
		leaseOf(first).close();
		this.threads.runPending();
		assertThat(this.waking.acquires()).hasSize(asked);
		leaseOf(other).close();
		this.threads.runPending();
		assertThat(leaseOf(second).isHeld()).isTrue();
		assertThat(this.waking.acquires()).hasSize(asked + 1);
	}

	@Test
	void aNodeThatIsQueuedByItsReleaseAsksWithinASecondIfItIsNotWoken() {
		Lease holder = this.nodeA.acquire(request());
		CompletableFuture<Lease> first = queued(this.nodeB);
		CompletableFuture<Lease> second = queued(this.nodeB);
		CompletableFuture<Lease> other = queued(this.nodeC);
		holder.close();
		this.threads.runPending();
		this.waking.losesWakeUps();
		leaseOf(first).close();
		this.threads.runPending();
		leaseOf(other).close();
		this.threads.runPending();
		assertThat(second).isNotDone();
		this.threads.advance(seconds(1));
		assertThat(leaseOf(second).isHeld()).isTrue();
	}

	@Test
	void aNodeThatDoesNotListenIsNotQueuedByItsRelease() {
		this.waking.onListen(() -> {
			throw ScriptedStore.unreachable();
		});
		Lease holder = this.nodeB.acquire(request());
		CompletableFuture<Lease> waiter = async(this.nodeB, waiting(seconds(60)));
		holder.close();
		this.threads.advance(ms(250));
		leaseOf(waiter).close();
		assertThat(this.waking.releases()).hasSize(2);
		assertThat(this.waking.queuedByRelease()).isEmpty();
	}

	@Test
	void aNodeQueuedByItsReleaseLeavesTheQueueWhenItsWaitersGiveUp() {
		Lease holder = this.nodeB.acquire(request());
		CompletableFuture<Lease> other = queued(this.nodeC);
		CompletableFuture<Lease> impatient = async(this.nodeB, waiting(seconds(1)));
		this.threads.advance(ms(50));
		holder.close();
		this.threads.runPending();
		Lease next = leaseOf(other);
		this.threads.advance(seconds(1));
		assertThat(failureOf(impatient)).isInstanceOf(LockNotAcquiredException.class);
		assertThat(this.waking.leftQueues()).contains(KEY);
		next.close();
		assertThat(this.nodeA.tryAcquire(request())).isPresent();
	}

	@Test
	void attemptsWithoutWaitTimeNeitherListenNorQueue() {
		Lease holder = this.nodeA.acquire(request());
		assertThat(this.nodeB.tryAcquire(request())).isEmpty();
		assertThat(this.waking.timesListened()).isZero();
		assertThat(this.waking.leftQueues()).isEmpty();
		holder.close();
	}

	@Test
	void aNodeListensOnceHoweverManyWait() {
		otherNodeHolds(KEY);
		otherNodeHolds("order:43");
		List<CompletableFuture<Lease>> waiters = List.of(queued(this.nodeB), queued(this.nodeB),
				async(this.nodeB, LockRequest.of("order:43").withWaitTime(seconds(60))));
		this.threads.advance(seconds(30));
		assertThat(waiters).noneMatch(CompletableFuture::isDone);
		assertThat(this.waking.timesListened()).isEqualTo(1);
		this.nodeB.close();
		assertThat(this.waking.timesStopped()).isEqualTo(1);
	}

	@Test
	void aStoreThatCannotBeListenedToIsPolled() {
		for (int i = 0; i < 3; i++) {
			this.waking.onListen(() -> {
				throw ScriptedStore.unreachable();
			});
		}
		Lease holder = this.nodeA.acquire(request());
		CompletableFuture<Lease> waiter = async(this.nodeB, waiting(seconds(60)));
		this.threads.advance(seconds(9));
		assertThat(this.waking.timesListened()).isEqualTo(1);
		holder.close();
		this.threads.advance(ms(250));
		assertThat(leaseOf(waiter).isHeld()).isTrue();
	}

	@Test
	void listeningIsTriedAgainAfterAWhile() {
		this.waking.onListen(() -> {
			throw ScriptedStore.unreachable();
		});
		Lease holder = this.nodeA.acquire(request());
		CompletableFuture<Lease> waiter = async(this.nodeB, waiting(seconds(60)));
		this.threads.advance(seconds(12));
		assertThat(this.waking.timesListened()).isEqualTo(2);
		holder.close();
		this.threads.runPending();
		assertThat(leaseOf(waiter).isHeld()).isTrue();
	}

	@Test
	void aStoreThatCannotBeListenedToIsWarnedOfOnce() {
		for (int i = 0; i < 3; i++) {
			this.waking.onListen(() -> {
				throw ScriptedStore.unreachable();
			});
		}
		otherNodeHolds(KEY);
		try (LogCapture log = LogCapture.of(WakeUps.class.getName())) {
			CompletableFuture<Lease> waiter = async(this.nodeB, waiting(seconds(60)));
			this.threads.advance(seconds(25));
			assertThat(this.waking.timesListened()).isEqualTo(3);
			assertThat(log.messages(Level.WARN)).singleElement(STRING)
				.contains("'test' cannot listen for released locks and polls instead");
			assertThat(log.messages(Level.INFO)).isEmpty();
			this.threads.advance(seconds(10));
			assertThat(log.messages(Level.WARN)).hasSize(1);
			assertThat(log.messages(Level.INFO)).singleElement(STRING).contains("listens for released locks now");
			assertThat(waiter).isNotDone();
		}
	}

	@Test
	void listeningThatWorksAtOnceIsNotReported() {
		otherNodeHolds(KEY);
		try (LogCapture log = LogCapture.of(WakeUps.class.getName())) {
			CompletableFuture<Lease> waiter = queued(this.nodeB);
			assertThat(waiter).isNotDone();
			assertThat(this.waking.timesListened()).isEqualTo(1);
			assertThat(log.messages(Level.INFO)).isEmpty();
		}
	}

	@Test
	void aSlowSubscriptionProlongsNoWait() {
		this.waking.onListen(() -> this.threads.advance(Duration.ofSeconds(5)));
		otherNodeHolds(KEY);
		long start = this.time.nanoTime();
		CompletableFuture<Long> waited = this.nodeB.acquireAsync(waiting(seconds(1)))
			.handle((lease, failure) -> elapsedMillis(start))
			.toCompletableFuture();
		this.threads.runPending();
		assertThat(waited).isCompletedWithValue(1000L);
	}

	/** Waits long enough to be in the store's queue. */
	private CompletableFuture<Lease> queued(LockEngine node) {
		CompletableFuture<Lease> waiter = async(node, waiting(seconds(60)));
		this.threads.advance(ms(50));
		assertThat(waiter).isNotDone();
		return waiter;
	}

}
