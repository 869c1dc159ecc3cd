package io.distributedlock.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockContext;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.LockShutdownException;
import io.distributedlock.LockedCallable;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.engine.RecordingStore.Step;
import io.distributedlock.store.ReleaseResult;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static io.distributedlock.engine.HoldingNode.KEY;
import static io.distributedlock.engine.HoldingNode.TTL;
import static io.distributedlock.engine.HoldingNode.request;
import static io.distributedlock.engine.HoldingNode.unrenewed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Work that runs under a lock.
 */
class LockedClosureTests {

	private final HoldingNode node = HoldingNode.start();

	private final LockEngine locks = this.node.engine();

	@Test
	void theWorkRunsUnderItsLeaseAndTheLockIsFreeAfterwards() {
		List<Lease> leases = new ArrayList<>();
		this.locks.run(request(), () -> leases.add(held()));
		assertThat(leases).singleElement().satisfies((lease) -> assertThat(lease.isHeld()).isFalse());
		assertNothingIsLeft();
	}

	@Test
	void aShutdownCanWaitForTheWorkToEnd() {
		List<CompletionStage<Void>> ended = new ArrayList<>();
		this.locks.run(request(), () -> {
			ended.add(this.locks.endWork());
			this.locks.run(LockRequest.of("order:43"), () -> assertThat(ended.get(0)).isNotCompleted());
			assertThat(ended.get(0)).isNotCompleted();
		});
		assertThat(ended.get(0)).isCompleted();
	}

	@Test
	void noWorkBeginsOnceAllHasEndedForAShutdown() {
		assertThat(this.locks.endWork()).isCompleted();
		assertThatExceptionOfType(LockShutdownException.class).isThrownBy(() -> this.locks.run(request(), this::fail));
		assertThat(this.node.store().sent(Step.RELEASE)).hasSize(1);
		assertNothingIsLeft();
	}

	@Test
	void everyFormBindsTheLeaseAndReturnsWhatTheWorkReturns() {
		assertThat(this.locks.<Long, RuntimeException>call(request(), () -> held().fencingToken())).isPositive();
		assertThat(this.locks.tryRun(request(), this::held)).isTrue();
		assertThat(this.locks.<Long, RuntimeException>tryCall(request(), () -> held().fencingToken())).isPresent();
		assertThat(this.node.store().sent(Step.RELEASE)).hasSize(3);
		assertNothingIsLeft();
	}

	@Test
	@SuppressWarnings("NullAway")
	void callMayReturnNull() {
		LockedCallable<@Nullable String, RuntimeException> nothing = () -> null;
		@Nullable String result = this.locks.call(request(), nothing);
		assertThat(result).isNull();
		assertNothingIsLeft();
	}

	@Test
	@SuppressWarnings("NullAway")
	void tryCallRefusesNullAfterTheRelease() {
		assertThatNullPointerException()
			.isThrownBy(() -> this.locks.<String, RuntimeException>tryCall(request(), () -> null))
			.withMessageContaining(KEY)
			.withMessageContaining("tryRun");
		assertNothingIsLeft();
	}

	@Test
	void workIsNotRunWhenSomebodyElseHoldsTheLock() {
		Lease theirs = this.node.another().acquire();
		assertThat(this.locks.tryRun(request(), this::fail)).isFalse();
		assertThat(this.locks.<String, RuntimeException>tryCall(request(), () -> {
			fail();
			return "";
		})).isEmpty();
		assertThatExceptionOfType(LockNotAcquiredException.class)
			.isThrownBy(() -> this.locks.run(request(), this::fail))
			.withMessageContaining(KEY);
		assertThat(theirs.isHeld()).isTrue();
		assertThat(LockContext.current()).isEmpty();
	}

	@Test
	void aCheckedExceptionPassesAndTheLockIsReleased() {
		IOException failure = new IOException("disk full");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.locks.call(request(), () -> {
			throw failure;
		})).isSameAs(failure).satisfies((ex) -> assertThat(ex).hasNoSuppressedExceptions());
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.locks.tryCall(request(), () -> {
			throw failure;
		})).isSameAs(failure);
		assertNothingIsLeft();
	}

	@Test
	void anErrorPassesAndTheLockIsReleased() {
		assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> this.locks.run(request(), () -> {
			throw new StackOverflowError();
		}));
		assertNothingIsLeft();
	}

	@Test
	void theWorksExceptionIsKeptWhenTheLeaseWasLostToo() {
		IllegalStateException failure = new IllegalStateException("business");
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.locks.run(unrenewed(), () -> {
			this.node.pass(TTL);
			throw failure;
		})).isSameAs(failure);
		assertThat(failure.getSuppressed()).singleElement().isInstanceOf(LeaseLostException.class);
	}

	@Test
	void theWorksExceptionIsKeptWhenTheReleaseFails() {
		this.node.store().releasing((command) -> {
			throw new LockStoreException("down", null);
		});
		IllegalStateException failure = new IllegalStateException("business");
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.locks.run(request(), () -> {
			throw failure;
		})).isSameAs(failure);
	}

	@Test
	void theWorksResultIsKeptWhenTheReleaseFails() {
		this.node.store().releasing((command) -> {
			throw new LockStoreException("down", null);
		});
		assertThat(this.locks.<String, RuntimeException>call(request(), () -> "done")).isEqualTo("done");
	}

	@Test
	void aLeaseLostDuringTheWorkIsReportedAtItsEnd() {
		assertThatExceptionOfType(LeaseLostException.class)
			.isThrownBy(() -> this.locks.run(unrenewed(), () -> this.node.pass(TTL)))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.DEADLINE));
		assertThat(this.locks.<String, RuntimeException>call(request(), () -> "next")).isEqualTo("next");
	}

	@Test
	void aLossFoundOnlyAtTheReleaseIsReportedToo() {
		this.node.store().releasing((command) -> ReleaseResult.NOT_OWNED);
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> this.locks.run(request(), this::held))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.REFUSED));
	}

	@Test
	void aDeadlineThatPassedUnnoticedIsReportedAlthoughTheStoreIsDown() {
		this.node.store().releasing((command) -> {
			throw new LockStoreException("down", null);
		});
		assertThatExceptionOfType(LeaseLostException.class)
			.isThrownBy(() -> this.locks.run(request(), () -> this.node.time().advance(TTL)));
	}

	@Test
	void aLossThatIsToBeIgnoredIsOnlyAnnounced() {
		Optional<String> result = this.locks
			.<String, RuntimeException>tryCall(unrenewed().withOnLeaseLost(OnLeaseLost.IGNORE), () -> {
				this.node.pass(TTL);
				return "done";
			});
		assertThat(result).hasValue("done");
		assertThat(this.node.listener().losses()).hasSize(1);
	}

	@Test
	void theWorksExceptionIsAloneWhenALossIsToBeIgnored() {
		IllegalStateException failure = new IllegalStateException("business");
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> this.locks.run(unrenewed().withOnLeaseLost(OnLeaseLost.IGNORE), () -> {
				this.node.pass(TTL);
				throw failure;
			}));
		assertThat(failure).hasNoSuppressedExceptions();
	}

	@Test
	void theLeaseReachesAnotherThreadOnlyByWrapping() throws Exception {
		AtomicReference<Optional<Lease>> plain = new AtomicReference<>();
		AtomicReference<Optional<Lease>> wrapped = new AtomicReference<>();
		AtomicReference<Optional<Lease>> after = new AtomicReference<>();
		AtomicReference<Lease> lease = new AtomicReference<>();
		this.locks.run(request(), () -> {
			lease.set(held());
			onAnotherThread(() -> plain.set(LockContext.current()));
			Runnable carried = LockContext.wrap(() -> wrapped.set(LockContext.current()));
			onAnotherThread(() -> {
				carried.run();
				after.set(LockContext.current());
			});
		});
		assertThat(plain.get()).isEmpty();
		assertThat(wrapped.get()).hasValue(lease.get());
		assertThat(after.get()).isEmpty();
	}

	private Lease held() {
		Lease lease = LockContext.current().orElseThrow();
		assertThat(lease.isHeld()).isTrue();
		assertThat(lease.key()).isEqualTo(KEY);
		assertThat(this.node.store().isHeld(KEY)).isTrue();
		return lease;
	}

	private void fail() {
		throw new AssertionError("the work was run");
	}

	private void assertNothingIsLeft() {
		assertThat(LockContext.current()).isEmpty();
		assertThat(this.node.store().isHeld(KEY)).isFalse();
	}

	private static void onAnotherThread(Runnable work) {
		try {
			CompletableFuture.runAsync(work).get(10, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

}
