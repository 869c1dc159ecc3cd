package io.distributedlock.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.distributedlock.Lease;
import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.test.ControllableThreads.Kind;
import io.distributedlock.store.StepNotSentException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AmbiguousAcquireTests extends EngineTest {

	private final LockEngine node = node("this-node", this.store);

	private final long start = this.time.nanoTime();

	@Test
	void aGrantWhoseAnswerIsLostIsTakenBack() {
		this.store.onAcquire(ScriptedStore.failsAfterExecution());
		assertStoreFailure();
		assertThat(this.memory.find(KEY)).isPresent();
		this.threads.runPending();
		assertThat(this.memory.find(KEY)).isEmpty();
		assertThat(this.store.abandoned()).containsExactly(this.store.acquires().get(0).owner());
	}

	@Test
	void aWaiterBehindALostAnswerProceedsOnceTheGrantWasTakenBack() {
		CompletableFuture<CompletableFuture<Lease>> waiter = new CompletableFuture<>();
		this.store.onAcquire((store) -> {
			waiter.complete(async(this.node, waiting(seconds(60))));
			return ScriptedStore.failsAfterExecution().answer(store);
		});
		assertStoreFailure();
		this.threads.runPending();
		assertThat(leaseOf(waiter.join()).isHeld()).isTrue();
		assertThat(this.time.nanoTime()).isEqualTo(this.start);
	}

	@Test
	void anAcquireThatWasNotSentIsNotTakenBack() {
		this.store.onAcquire((store) -> {
			throw new StepNotSentException("no connection", null);
		});
		assertStoreFailure();
		this.threads.advance(seconds(60));
		assertThat(this.store.abandoned()).isEmpty();
	}

	@Test
	void aStoreThatRefusesTheOwnerInAdvanceIsAskedOnce() {
		this.store.onAcquire(ScriptedStore.fails());
		assertStoreFailure();
		this.threads.advance(seconds(120));
		assertThat(this.store.abandoned()).hasSize(1);
		assertThat(this.threads.timers()).isZero();
	}

	@Test
	void anAcquireThatArrivesAfterTheFirstCleanUpIsCleanedUpToo() {
		refuseNobodyInAdvance(1000);
		this.store.onAcquire(ScriptedStore.fails());
		assertStoreFailure();
		this.threads.advance(STORE_TIMEOUT.minusMillis(1));
		assertThat(this.store.abandoned()).hasSizeGreaterThan(3);
		this.memory.tryAcquire(this.store.acquires().get(0));
		this.threads.advance(seconds(5));
		assertThat(this.memory.find(KEY)).isEmpty();
		int asked = this.store.abandoned().size();
		this.threads.advance(seconds(120));
		assertThat(this.store.abandoned()).hasSize(asked);
	}

	@Test
	void cleanUpGoesOnUntilTheGrantMustHaveExpiredAndThenStops() {
		List<Long> asked = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			this.store.onAbandon((store) -> {
				asked.add(elapsedMillis(this.start));
				return false;
			});
		}
		this.store.onAcquire(ScriptedStore.fails());
		assertStoreFailure();
		this.threads.advance(Duration.ofHours(1));
		long bound = TTL.plus(STORE_TIMEOUT).toMillis();
		assertThat(asked).startsWith(0L, 100L, 300L).allMatch((at) -> at <= bound);
		assertThat(asked.get(asked.size() - 1)).isGreaterThan(bound - 5001);
		assertThat(asked).hasSizeLessThan(20);
		assertThat(this.threads.timers()).isZero();
	}

	@Test
	void cleanUpSurvivesFailuresOfTheStore() {
		for (int i = 0; i < 5; i++) {
			this.store.onAbandon((store) -> {
				throw ScriptedStore.unreachable();
			});
		}
		this.store.onAcquire(ScriptedStore.failsAfterExecution());
		assertStoreFailure();
		this.threads.advance(seconds(10));
		assertThat(this.store.abandoned()).hasSize(6);
		assertThat(this.memory.find(KEY)).isEmpty();
	}

	@Test
	void theOwnerThatIsTakenBackIsNeverUsedAgain() {
		this.store.onAcquire(ScriptedStore.fails());
		assertStoreFailure();
		this.threads.runPending();
		this.node.acquire(request());
		assertThat(this.store.acquires()).extracting(AcquireCommand::owner).doesNotHaveDuplicates();
	}

	@Test
	void aGrantWhoseAnswerComesAfterItsDeadlineIsNoGrant() {
		this.store.onAcquire((store) -> {
			try {
				return store.get();
			}
			finally {
				this.time.advance(ms(29_700));
			}
		});
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> this.node.acquire(request()))
			.withMessageContaining("granted lock 'order:42' only after 29700 ms")
			.withMessageContaining("ttl of 30000 ms");
		this.threads.runPending();
		assertThat(this.memory.find(KEY)).isEmpty();
		assertThat(this.store.releases()).isEmpty();
	}

	@Test
	void aGrantWhoseAnswerComesJustBeforeItsDeadlineIsOne() {
		this.store.onAcquire((store) -> {
			try {
				return store.get();
			}
			finally {
				this.time.advance(ms(29_699));
			}
		});
		assertThat(this.node.acquire(request()).remaining()).isEqualTo(ms(1));
	}

	@Test
	void aStoreThatCouldNotBeOpenedHasNothingToTakeBack() {
		LockEngine broken = engine(LockEngine.builder().provider(new LockProvider("broken", () -> {
			throw new IllegalStateException("no such host");
		})));
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> broken.acquire(request()))
			.withMessage("Store of provider 'broken' could not be opened: no such host");
		assertThat(this.threads.pending(Kind.STORE_WORK)).isZero();
	}

	private void assertStoreFailure() {
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> this.node.acquire(request()));
	}

	/** As most stores do, which only release what they find. */
	private void refuseNobodyInAdvance(int times) {
		for (int i = 0; i < times; i++) {
			this.store.onAbandon((store) -> this.memory.release(new ReleaseCommand(KEY,
					this.store.acquires().get(0).owner(), Duration.ZERO)) == ReleaseResult.RELEASED);
		}
	}

}
