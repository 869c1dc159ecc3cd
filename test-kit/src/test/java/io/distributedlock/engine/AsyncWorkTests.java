package io.distributedlock.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import ch.qos.logback.classic.Level;
import io.distributedlock.Lease;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockContext;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.test.ControllableThreads.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Work whose end is that of a stage.
 */
class AsyncWorkTests extends EngineTest {

	private final LockEngine node = node("this-node", this.store);

	private final CompletableFuture<String> work = new CompletableFuture<>();

	private final List<Lease> leases = new ArrayList<>();

	private final LogCapture log = LogCapture.of(AsyncWork.class.getName());

	@BeforeEach
	void openTheStore() {
		this.node.open();
	}

	@AfterEach
	void nothingIsLeft() {
		this.log.close();
		this.threads.runPending();
		assertThat(LockContext.current()).isEmpty();
		assertThat(this.node.isIdle()).isTrue();
		assertThat(this.memory.find(KEY).filter((lock) -> lock.node().equals("this-node"))).isEmpty();
	}

	@Test
	void theCallerNeitherAsksTheStoreNorRunsTheWork() {
		CompletableFuture<String> result = this.node.callAsync(request(), this::start).toCompletableFuture();
		assertThat(this.store.acquires()).isEmpty();
		assertThat(this.leases).isEmpty();
		this.work.complete("done");
		this.threads.runPending();
		assertThat(result).isCompletedWithValue("done");
	}

	@Test
	void theLockIsHeldUntilTheStageIsCompleted() {
		CompletableFuture<String> result = start(request());
		assertThat(lease().isHeld()).isTrue();
		assertThat(result).isNotDone();
		this.work.complete("done");
		assertThat(lease().isHeld()).isTrue();
		this.threads.runPending();
		assertThat(lease().isHeld()).isFalse();
		assertThat(result).isCompletedWithValue("done");
	}

	@Test
	void theResultIsDeliveredAfterTheRelease() {
		CompletableFuture<Integer> releases = start(request()).thenApply((done) -> this.store.releases().size());
		this.work.complete("done");
		this.threads.runPending();
		assertThat(releases).isCompletedWithValue(1);
	}

	@Test
	void whoeverCompletesTheStageDoesNotWaitForTheStore() {
		assertThat(start(request())).isNotDone();
		this.work.complete("done");
		assertThat(this.store.releases()).isEmpty();
		this.threads.runPending();
		assertThat(this.store.releases()).hasSize(1);
	}

	@Test
	void workMayReturnNothing() {
		CompletableFuture<@Nullable String> nothing = new CompletableFuture<>();
		CompletableFuture<@Nullable String> result = this.node.<@Nullable String>callAsync(request(), () -> nothing)
			.toCompletableFuture();
		nothing.complete(null);
		this.threads.runPending();
		assertThat(result).isCompletedWithValue(null);
	}

	@Test
	void theExceptionOfTheWorkReachesTheCallerAfterTheRelease() {
		CompletableFuture<String> result = start(request());
		IllegalStateException failure = new IllegalStateException("mine");
		this.work.completeExceptionally(failure);
		this.threads.runPending();
		assertThat(failureOf(result)).isSameAs(failure).hasNoSuppressedExceptions();
		assertThat(this.store.releases()).hasSize(1);
	}

	@Test
	void anExceptionIsAsTheStageGaveIt() {
		CompletableFuture<String> result = this.node.callAsync(request(), () -> this.work.thenApply(String::strip))
			.toCompletableFuture();
		this.threads.runPending();
		IllegalStateException failure = new IllegalStateException("mine");
		this.work.completeExceptionally(failure);
		this.threads.runPending();
		assertThat(failureOf(result)).isInstanceOf(CompletionException.class).hasCause(failure);
	}

	@Test
	void workThatCancelsItselfCancelsTheResult() {
		CompletableFuture<String> result = start(request());
		this.work.cancel(true);
		this.threads.runPending();
		assertThat(result).isCancelled();
		assertThat(this.store.releases()).hasSize(1);
	}

	@Test
	void anActionThatThrowsOrReturnsNullReleasesTheLock() {
		IOException failure = new IOException("mine");
		CompletableFuture<String> throwing = this.node.<String>callAsync(request(), () -> {
			throw failure;
		}).toCompletableFuture();
		this.threads.runPending();
		assertThat(failureOf(throwing)).isSameAs(failure);
		CompletableFuture<String> returningNull = this.node.callAsync(request(), AsyncWorkTests::nothing)
			.toCompletableFuture();
		this.threads.runPending();
		assertThat(failureOf(returningNull)).isInstanceOf(NullPointerException.class).hasMessageContaining(KEY);
		assertThat(this.store.releases()).hasSize(2);
	}

	@Test
	void contentionOutageAndBadRequestsArriveAsFailures() {
		otherNodeHolds(KEY);
		assertThat(failureOf(start(request()))).isInstanceOf(LockNotAcquiredException.class);
		this.store.onAcquire(ScriptedStore.fails());
		assertThat(failureOf(start(request()))).isInstanceOf(LockStoreException.class);
		assertThat(failureOf(start(request().withProvider("unknown")))).isInstanceOf(IllegalArgumentException.class);
		assertThat(this.leases).isEmpty();
	}

	@Test
	void waitingOccupiesNoThread() {
		otherNodeHolds(KEY);
		CompletableFuture<String> result = start(waiting(seconds(60)));
		assertThat(this.threads.pending(Kind.STORE_WORK) + this.threads.pending(Kind.CALLBACKS)).isZero();
		otherNodeReleases(KEY);
		this.threads.advance(ms(250));
		assertThat(lease().isHeld()).isTrue();
		this.work.complete("done");
		this.threads.runPending();
		assertThat(result).isCompletedWithValue("done");
	}

	@Test
	void cancelledWhileWaitingItGivesUp() {
		otherNodeHolds(KEY);
		CompletableFuture<String> result = start(waiting(seconds(60)));
		result.cancel(true);
		this.threads.runPending();
		assertThat(this.threads.timers()).isZero();
		otherNodeReleases(KEY);
		this.threads.advance(seconds(60));
		assertThat(this.leases).isEmpty();
	}

	@Test
	void cancelledBeforeTheActionBeganItDoesNotRun() {
		this.threads.hold(Kind.CALLBACKS);
		CompletableFuture<String> result = start(request());
		assertThat(this.memory.find(KEY)).isPresent();
		result.cancel(true);
		this.threads.resume(Kind.CALLBACKS);
		this.threads.runPending();
		assertThat(this.leases).isEmpty();
		assertThat(this.store.releases()).hasSize(1);
	}

	@Test
	void cancelledWhileTheActionRunsItCancelsTheStage() {
		CompletableFuture<CompletableFuture<String>> result = new CompletableFuture<>();
		result.complete(this.node.callAsync(request(), () -> {
			result.join().cancel(true);
			return start();
		}).toCompletableFuture());
		this.threads.runPending();
		assertThat(this.work).isCancelled();
		assertThat(this.store.releases()).hasSize(1);
	}

	@Test
	void cancelledWhileRunningItCancelsTheStageAndReleasesWhenThatIsCompleted() {
		CompletableFuture<String> uncancellable = new CompletableFuture<>() {
			@Override
			public boolean cancel(boolean mayInterruptIfRunning) {
				return AsyncWorkTests.this.work.cancel(mayInterruptIfRunning);
			}
		};
		CompletableFuture<String> result = this.node.callAsync(request(), () -> uncancellable).toCompletableFuture();
		this.threads.runPending();
		result.cancel(true);
		this.threads.runPending();
		assertThat(this.work).isCancelled();
		assertThat(this.memory.find(KEY)).isPresent();
		uncancellable.complete("too late");
		this.threads.runPending();
		assertThat(this.memory.find(KEY)).isEmpty();
	}

	@Test
	void aTimeoutSetByTheCallerEndsTheWorkToo() {
		CompletableFuture<String> result = start(request()).orTimeout(1, TimeUnit.MILLISECONDS);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(result::join)
			.withCauseInstanceOf(TimeoutException.class);
		this.threads.awaitPending(Kind.CALLBACKS, 1);
		assertThat(this.work).isCancelled();
	}

	@Test
	void aLossIsReportedAtTheEnd() {
		CompletableFuture<String> result = start(request());
		this.threads.advance(TTL);
		assertThat(result).isNotDone();
		this.work.complete("done");
		this.threads.runPending();
		assertThat(failureOf(result)).isInstanceOf(LeaseLostException.class);
	}

	@Test
	void interruptingIsThrowingHere() {
		CompletableFuture<String> result = start(request().withOnLeaseLost(OnLeaseLost.INTERRUPT));
		this.threads.advance(TTL);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		this.work.complete("done");
		this.threads.runPending();
		assertThat(failureOf(result)).isInstanceOf(LeaseLostException.class);
	}

	@Test
	void aLossThatIsToBeIgnoredOrCameAfterTheCommitIsNoFailure() {
		CompletableFuture<String> ignoring = start(request().withOnLeaseLost(OnLeaseLost.IGNORE));
		this.threads.advance(TTL);
		this.work.complete("done");
		this.threads.runPending();
		assertThat(ignoring).isCompletedWithValue("done");
		CompletableFuture<String> committed = this.node.callAsync(request(), () -> {
			((GrantedLease) LockContext.current().orElseThrow())
				.transactionEnded(TransactionOutcome.COMMITTED_BEFORE_THE_LOSS);
			this.time.advance(TTL);
			return this.work;
		}).toCompletableFuture();
		this.threads.runPending();
		assertThat(committed).isCompletedWithValue("done");
	}

	@Test
	void aLossIsAddedToTheExceptionOfTheWork() {
		CompletableFuture<String> result = this.node.callAsync(request(), () -> this.work.thenApply(String::strip))
			.toCompletableFuture();
		this.threads.runPending();
		this.threads.advance(TTL);
		IllegalStateException failure = new IllegalStateException("mine");
		this.work.completeExceptionally(failure);
		this.threads.runPending();
		assertThat(failureOf(result)).hasCause(failure);
		assertThat(failure.getSuppressed()).singleElement().isInstanceOf(LeaseLostException.class);
	}

	@Test
	void aLossThatTheWorkFoundOutIsNotAddedToItself() {
		CompletableFuture<String> result = start(request());
		this.threads.advance(TTL);
		LeaseLostException found = catchLoss();
		this.work.completeExceptionally(found);
		this.threads.runPending();
		assertThat(failureOf(result)).isSameAs(found).hasNoSuppressedExceptions();
	}

	@Test
	void theActionRunsUnderItsLeaseAndThoseOfTheCaller() {
		List<String> keys = new ArrayList<>();
		List<Optional<Lease>> afterwards = new ArrayList<>();
		this.node.run(LockRequest.of("outer"), () -> {
			CompletionStage<String> result = this.node.callAsync(request(), () -> {
				LockContext.leases().forEach((lease) -> keys.add(lease.key()));
				return this.work;
			});
			CompletionStage<Void> unused = result.thenRun(() -> afterwards.add(LockContext.current()));
		});
		this.threads.runPending();
		this.work.complete("done");
		this.threads.runPending();
		assertThat(keys).containsExactly(KEY, "outer");
		assertThat(afterwards).containsExactly(Optional.empty());
	}

	@Test
	void onTheSameCallPathItJoinsAndTheOuterOneReleases() {
		CompletableFuture<String> inner = new CompletableFuture<>();
		List<CompletableFuture<String>> results = new ArrayList<>();
		CompletableFuture<String> outer = this.node.callAsync(request(), () -> {
			results.add(this.node.callAsync(request(), () -> {
				assertThat(LockContext.current()).hasValue(keep());
				return inner;
			}).toCompletableFuture());
			return this.work;
		}).toCompletableFuture();
		this.threads.runPending();
		inner.complete("inner");
		assertThat(results.get(0)).isCompletedWithValue("inner");
		assertThat(lease().isHeld()).isTrue();
		this.work.complete("outer");
		this.threads.runPending();
		assertThat(outer).isCompletedWithValue("outer");
		assertThat(this.store.acquires()).hasSize(1);
		assertThat(this.store.releases()).hasSize(1);
		assertThat(this.log.messages(Level.WARN)).isEmpty();
	}

	@Test
	void joinedWorkThatFailsIsCancelledOrFindsTheLeaseLostLeavesTheRestToTheOuter() {
		List<CompletableFuture<String>> results = new ArrayList<>();
		CompletableFuture<String> cancelled = new CompletableFuture<>();
		assertThat(start(request())).isNotDone();
		try (LockContext.Scope scope = LockContext.bind(lease())) {
			results.add(this.node.<String>callAsync(request(), () -> {
				throw new IllegalStateException("mine");
			}).toCompletableFuture());
			results.add(this.node.callAsync(request(), () -> cancelled).toCompletableFuture());
			results.get(1).cancel(true);
			this.threads.advance(TTL);
			results.add(this.node.callAsync(request(), () -> new CompletableFuture<String>()).toCompletableFuture());
		}
		assertThat(failureOf(results.get(0))).isInstanceOf(IllegalStateException.class).hasMessage("mine");
		assertThat(cancelled).isCancelled();
		assertThat(failureOf(results.get(2))).isInstanceOf(LeaseLostException.class);
		assertThat(this.store.releases()).isEmpty();
		this.work.complete("done");
	}

	@Test
	void joinedWorkThatOutlivesTheOuterOneIsWarnedAbout() {
		this.node.run(request(), () -> {
			CompletionStage<String> unused = this.node.callAsync(request(), () -> this.work);
		});
		this.work.complete("too late");
		assertThat(this.log.messages(Level.WARN)).singleElement().asString().contains(KEY, "wait for it");
	}

	private CompletableFuture<String> start(LockRequest request) {
		CompletableFuture<String> result = this.node.callAsync(request, this::start).toCompletableFuture();
		this.threads.runPending();
		return result;
	}

	private CompletionStage<String> start() {
		keep();
		return this.work;
	}

	private Lease keep() {
		Lease lease = LockContext.current().orElseThrow();
		this.leases.add(lease);
		return lease;
	}

	private Lease lease() {
		return this.leases.get(this.leases.size() - 1);
	}

	private LeaseLostException catchLoss() {
		try {
			lease().ensureHeld();
			throw new AssertionError("still held");
		}
		catch (LeaseLostException ex) {
			return ex;
		}
	}

	@SuppressWarnings("NullAway")
	private static CompletionStage<String> nothing() {
		return null;
	}

}
