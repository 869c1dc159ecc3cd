package io.distributedlock.engine;

import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import io.distributedlock.AcquisitionOutcome;
import io.distributedlock.Lease;
import io.distributedlock.LockAttempt;
import io.distributedlock.LockInterruptedException;
import io.distributedlock.LockListener;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.store.LockProvider;
import io.distributedlock.test.ControllableThreads.Kind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AcquisitionListenerTests extends EngineTest {

	private final List<String> told = new CopyOnWriteArrayList<>();

	private final Set<LockAttempt> open = Collections.newSetFromMap(new IdentityHashMap<>());

	private int begun;

	private int ended;

	private final LockEngine node = engine(LockEngine.builder()
		.nodeId("this-node")
		.provider(new LockProvider("test", () -> this.store))
		.listener(new Throwing())
		.listener(new Recording()));

	@Test
	void anUncontendedAcquisition() {
		this.node.acquire(request().withName("capture"));
		assertThat(this.told).containsExactly("acquired capture after 0 ms", "ended capture ACQUIRED after 0 ms");
	}

	@Test
	void anAttemptThatFindsTheLockHeld() {
		otherNodeHolds(KEY);
		assertThat(this.node.tryAcquire(request().withName("capture"))).isEmpty();
		assertThat(this.told).containsExactly("contended capture", "ended capture NOT_ACQUIRED after 0 ms");
	}

	@Test
	void aWaiterIsContendedOnceAndBeforeItWaits() {
		otherNodeHolds(KEY);
		CompletableFuture<Lease> first = async(this.node, waiting(seconds(2)).withName("first"));
		CompletableFuture<Lease> second = async(this.node, waiting(seconds(1)).withName("second"));
		assertThat(this.told).containsExactly("contended first", "contended second");
		this.threads.advance(seconds(2));
		assertThat(List.of(first, second)).allMatch(CompletableFuture::isCompletedExceptionally);
		assertThat(this.told.subList(2, 4)).containsExactly("ended second NOT_ACQUIRED after 1000 ms",
				"ended first NOT_ACQUIRED after 2000 ms");
		assertThat(this.told).hasSize(4);
	}

	@Test
	void aWaiterBehindALocalHolderIsContended() {
		Lease holder = this.node.acquire(request().withName("holder"));
		this.told.clear();
		CompletableFuture<Lease> waiter = async(this.node, waiting(seconds(2)).withName("waiter"));
		assertThat(this.told).containsExactly("contended waiter");
		this.threads.advance(ms(500));
		holder.close();
		this.threads.runPending();
		assertThat(leaseOf(waiter).isHeld()).isTrue();
		assertThat(this.told).endsWith("acquired waiter after 500 ms", "ended waiter ACQUIRED after 500 ms");
	}

	@Test
	void aFailingStore() {
		this.store.onAcquire(ScriptedStore.fails());
		failureOf(async(this.node, waiting(seconds(2)).withName("capture")));
		assertThat(this.told).containsExactly("storeFailed capture", "ended capture ERROR after 0 ms");
	}

	@Test
	void anAsynchronousAcquisitionThatTheStoreDoesNotAnswerInTime() {
		this.threads.hold(Kind.STORE_WORK);
		CompletableFuture<Lease> future = this.node.acquireAsync(waiting(seconds(1)).withName("capture"))
			.toCompletableFuture();
		this.threads.advance(seconds(1).plus(STORE_TIMEOUT));
		assertThat(future).isCompletedExceptionally();
		this.threads.resume(Kind.STORE_WORK);
		this.threads.runPending();
		assertThat(this.told).singleElement().asString().startsWith("ended capture ERROR");
	}

	@Test
	void anInterruptedAttempt() {
		Caller<Lease> caller = Caller.of(() -> {
			Thread.currentThread().interrupt();
			return this.node.acquire(request().withName("capture"));
		});
		assertThat(caller.failure()).isInstanceOf(LockInterruptedException.class);
		assertThat(this.told).containsExactly("ended capture INTERRUPTED after 0 ms");
	}

	@Test
	void anAcquisitionCutOffByTheShutdown() {
		otherNodeHolds(KEY);
		CompletableFuture<Lease> waiter = async(this.node, waiting(seconds(2)).withName("capture"));
		this.node.close();
		assertThat(waiter).isCompletedExceptionally();
		assertThat(this.told).containsExactly("contended capture", "ended capture ERROR after 0 ms");
	}

	@Test
	void beginAndEndAreToldWithTheSameInstanceHoweverAnAcquisitionEnds() {
		this.node.acquire(LockRequest.of("free"));
		otherNodeHolds(KEY);
		assertThat(this.node.tryAcquire(request())).isEmpty();
		CompletableFuture<Lease> async = async(this.node, waiting(seconds(2)));
		assertThat(this.begun).isEqualTo(3);
		async.cancel(true);
		this.threads.runPending();
		this.store.onAcquire(ScriptedStore.fails());
		failureOf(async(this.node, LockRequest.of("failing")));
		CompletableFuture<Lease> cutOff = async(this.node, waiting(seconds(2)));
		this.node.close();
		assertThat(cutOff).isCompletedExceptionally();

		assertThat(this.begun).isEqualTo(5);
		assertThat(this.ended).isEqualTo(5);
	}

	private final class Recording implements LockListener {

		@Override
		public void acquisitionBegun(LockAttempt attempt) {
			AcquisitionListenerTests.this.begun += AcquisitionListenerTests.this.open.add(attempt) ? 1 : 0;
		}

		@Override
		public void acquired(Lease lease, Duration waited) {
			tell("acquired " + lease.name() + " after " + waited.toMillis() + " ms");
		}

		@Override
		public void contended(LockAttempt attempt) {
			tell("contended " + attempt.name());
		}

		@Override
		public void acquisitionEnded(LockAttempt attempt, AcquisitionOutcome outcome, Duration waited) {
			AcquisitionListenerTests.this.ended += AcquisitionListenerTests.this.open.remove(attempt) ? 1 : 0;
			tell("ended " + attempt.name() + " " + outcome + " after " + waited.toMillis() + " ms");
		}

		@Override
		public void storeFailed(LockAttempt attempt, LockStoreException cause) {
			tell("storeFailed " + attempt.name());
		}

		private void tell(String event) {
			AcquisitionListenerTests.this.told.add(event);
		}

	}

	/** Harms no lock, whatever it throws. */
	private static final class Throwing implements LockListener {

		@Override
		public void acquired(Lease lease, Duration waited) {
			throw new NoSuchMethodError("wrong version of a meter library");
		}

		@Override
		public void contended(LockAttempt attempt) {
			throw new IllegalStateException("broken listener");
		}

		@Override
		public void acquisitionEnded(LockAttempt attempt, AcquisitionOutcome outcome, Duration waited) {
			throw new AssertionError("broken listener");
		}

	}

}
