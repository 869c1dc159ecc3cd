package io.distributedlock.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import io.distributedlock.Lease;
import io.distributedlock.LockInterruptedException;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockStoreException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WaitBoundTests extends EngineTest {

	private final LockEngine node = node("this-node", this.store);

	private final long start = this.time.nanoTime();

	@Test
	void noWaitTimeIsOneAttempt() {
		otherNodeHolds(KEY);
		assertThat(this.node.tryAcquire(request())).isEmpty();
		assertThat(this.store.acquires()).hasSize(1);
		assertThat(this.threads.timers()).isZero();
	}

	@Test
	void aWaiterBehindALocalHolderGivesUpWhenItsWaitTimeIsOver() {
		Lease holder = this.node.acquire(request());
		CompletableFuture<Lease> waiter = async(this.node, waiting(seconds(2)));
		this.threads.advance(ms(1999));
		assertThat(waiter).isNotDone();
		this.threads.advance(ms(1));
		assertThat(failureOf(waiter)).isInstanceOfSatisfying(LockNotAcquiredException.class, (ex) -> {
			assertThat(ex.waited()).isEqualTo(seconds(2));
			assertThat(ex.holder()).contains("this-node");
		});
		holder.close();
	}

	@Test
	void timeSpentInTheLocalQueueCountsWhenAWaiterReachesTheStore() {
		otherNodeHolds(KEY);
		CompletableFuture<Lease> head = async(this.node, waiting(seconds(1)));
		CompletableFuture<Lease> follower = async(this.node, waiting(ms(1500)));
		this.threads.advance(seconds(1));
		assertThat(failureOf(head)).isInstanceOf(LockNotAcquiredException.class);
		this.threads.advance(ms(499));
		assertThat(follower).isNotDone();
		this.threads.advance(ms(1));
		assertThat(failureOf(follower)).isInstanceOf(LockNotAcquiredException.class);
	}

	@Test
	void theLastAttemptIsAtTheEndOfTheWait() {
		List<Long> attempts = new ArrayList<>();
		this.store.onAcquire(100,
				ScriptedStore.heldFor(Duration.ofHours(1)).after(() -> attempts.add(elapsedMillis(this.start))));
		CompletableFuture<Lease> waiter = async(this.node, waiting(ms(700)));
		this.threads.advance(seconds(3));
		assertThat(failureOf(waiter)).isInstanceOf(LockNotAcquiredException.class);
		assertThat(attempts).hasSizeGreaterThan(3).startsWith(0L).endsWith(700L);
	}

	@Test
	void aLockFreedAtTheEndOfTheWaitIsStillAcquired() {
		this.store.onAcquire(100, (store) -> (elapsedMillis(this.start) < 700)
				? ScriptedStore.heldFor(Duration.ofHours(1)).answer(store) : store.get());
		CompletableFuture<Lease> waiter = async(this.node, waiting(ms(700)));
		this.threads.advance(ms(700));
		assertThat(leaseOf(waiter).isHeld()).isTrue();
	}

	@Test
	void behindAFirstAttemptThatIsGrantedAnAttemptWithoutWaitTimeIsContendedAndAsksNobody() {
		AtomicReference<CompletableFuture<Lease>> second = new AtomicReference<>();
		this.store.onAcquire((store) -> {
			second.set(async(this.node, request()));
			this.threads.advance(ms(4900));
			return store.get();
		});
		CompletableFuture<Lease> first = async(this.node, request());
		this.threads.runPending();
		assertThat(leaseOf(first).isHeld()).isTrue();
		assertThat(failureOf(second.get())).isInstanceOf(LockNotAcquiredException.class)
			.hasMessageContaining("held by node 'this-node'");
		assertThat(this.store.acquires()).hasSize(1);
		assertThat(elapsedMillis(this.start)).isEqualTo(4900);
	}

	@Test
	void behindAFirstAttemptThatFailsAnAttemptWithoutWaitTimeFailsToo() {
		AtomicReference<CompletableFuture<Lease>> second = new AtomicReference<>();
		this.store.onAcquire(ScriptedStore.fails().after(() -> second.set(async(this.node, request()))));
		CompletableFuture<Lease> first = async(this.node, request());
		assertThat(failureOf(first)).isInstanceOf(LockStoreException.class);
		assertThat(failureOf(second.get())).isInstanceOf(LockStoreException.class).isNotSameAs(failureOf(first));
		assertThat(this.store.acquires()).hasSize(1);
	}

	@Test
	void behindAFirstAttemptThatHangsAnAttemptWithoutWaitTimeEndsAfterTheStoreTimeout() {
		ScriptedStore.Gate gate = new ScriptedStore.Gate();
		this.store.onAcquire(ScriptedStore.fails().after(gate));
		Caller<Optional<Lease>> hanging = trying(this.node, request());
		gate.awaitReached();
		Caller<Optional<Lease>> behind = trying(this.node, request());
		this.threads.awaitTimers(1);
		this.threads.advance(STORE_TIMEOUT.minusMillis(1));
		assertThat(behind.isRunning()).isTrue();
		this.threads.advance(ms(1));
		assertThat(behind.failure()).isInstanceOf(LockStoreException.class)
			.hasMessageContaining("did not answer for lock 'order:42' within 5000 ms");
		gate.open();
		assertThat(hanging.failure()).isInstanceOf(LockStoreException.class);
	}

	@Test
	void aFollowerWhoseWaitEndsWhileTheStoreHangsGetsTheOutcomeOfThatAttempt() {
		otherNodeHolds(KEY);
		CompletableFuture<Lease> head = async(this.node, waiting(seconds(60)));
		CompletableFuture<Lease> follower = async(this.node, waiting(seconds(1)));
		this.threads.advance(ms(500));
		this.store.onAcquire(ScriptedStore.fails().after(() -> this.threads.advance(seconds(4))));
		this.threads.advance(seconds(1));
		assertThat(failureOf(head)).isInstanceOf(LockStoreException.class);
		assertThat(failureOf(follower)).isInstanceOf(LockStoreException.class);
	}

	@Test
	void aFollowerWhoseWaitEndsBetweenTwoAttemptsOfTheHeadKnowsTheLastAnswer() {
		otherNodeHolds(KEY);
		CompletableFuture<Lease> head = async(this.node, waiting(seconds(60)));
		this.threads.advance(seconds(1));
		CompletableFuture<Lease> follower = async(this.node, waiting(ms(1)));
		int asked = this.store.acquires().size();
		this.threads.advance(ms(1));
		assertThat(failureOf(follower)).isInstanceOf(LockNotAcquiredException.class).hasMessageContaining("other-node");
		assertThat(this.store.acquires().size() - asked).isLessThanOrEqualTo(1);
		assertThat(head).isNotDone();
	}

	@Test
	void anOutageIsReportedAsContentionToNobody() {
		List<CompletableFuture<Lease>> waiters = new ArrayList<>();
		this.store.onAcquire(1000, ScriptedStore.fails().after(() -> this.threads.advance(seconds(1))));
		for (int i = 0; i < 20; i++) {
			waiters.add(this.node.acquireAsync(waiting(ms(200 * i))).toCompletableFuture());
		}
		this.threads.advance(seconds(60));
		assertThat(waiters)
			.allSatisfy((waiter) -> assertThat(failureOf(waiter)).isInstanceOf(LockStoreException.class));
	}

	@Test
	void anAttemptAtTheEndIsNotStartedWhenItCouldExceedTheBound() {
		AtomicReference<CompletableFuture<Lease>> late = new AtomicReference<>();
		this.store.onAcquire(abortedAfter(seconds(4), late));
		CompletableFuture<Lease> aborted = async(this.node, request());
		this.threads.runPending();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(failureOf(aborted)).isInstanceOf(LockInterruptedException.class);
		assertThat(failureOf(late.get())).isInstanceOf(LockStoreException.class);
		assertThat(this.store.acquires()).hasSize(1);
	}

	@Test
	void anAttemptWithoutWaitTimeAsksOnItsOwnWhenTheOneBeforeWasAborted() {
		AtomicReference<CompletableFuture<Lease>> next = new AtomicReference<>();
		this.store.onAcquire(abortedAfter(ms(10), next));
		CompletableFuture<Lease> aborted = async(this.node, request());
		assertThat(Thread.interrupted()).isTrue();
		this.threads.runPending();
		assertThat(failureOf(aborted)).isInstanceOf(LockInterruptedException.class);
		assertThat(leaseOf(next.get()).isHeld()).isTrue();
	}

	private ScriptedStore.Step abortedAfter(Duration duration, AtomicReference<CompletableFuture<Lease>> behind) {
		return (store) -> {
			behind.set(async(this.node, request()));
			this.threads.advance(duration);
			throw new LockStoreException("Command was aborted", new InterruptedException());
		};
	}

}
