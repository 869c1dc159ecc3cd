package io.distributedlock.engine;

import io.distributedlock.Lease;
import io.distributedlock.LockInterruptedException;
import io.distributedlock.LockStoreException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class InterruptionTests extends EngineTest {

	private final LockEngine node = node("this-node", this.store);

	@Test
	void anInterruptedThreadDoesNotAskTheStore() {
		Caller<Lease> caller = Caller.of(() -> {
			Thread.currentThread().interrupt();
			return this.node.acquire(request());
		});
		assertThat(caller.failure()).isInstanceOf(LockInterruptedException.class).hasMessageContaining("'order:42'");
		assertThat(caller.endedInterrupted()).isTrue();
		assertThat(this.store.acquires()).isEmpty();
		assertThat(this.node.tryAcquire(request())).isPresent();
	}

	@Test
	void anInterruptEndsTheWaitAndLeavesNothingBehind() {
		Lease holder = this.node.acquire(request());
		int timers = this.threads.timers();
		Caller<Lease> waiter = waiter(this.node, waiting(seconds(60)));
		waiter.interrupt();
		assertThat(waiter.failure()).isInstanceOf(LockInterruptedException.class);
		assertThat(waiter.endedInterrupted()).isTrue();
		assertThat(this.threads.timers()).isEqualTo(timers);
		holder.close();
		assertThat(this.node.tryAcquire(request())).isPresent();
	}

	@Test
	void aCommandAbortedByAnInterruptIsTakenBackAndTheNextWaiterProceeds() {
		ScriptedStore.Gate gate = new ScriptedStore.Gate();
		this.store.onAcquire((store) -> {
			store.get();
			gate.run();
			throw new AssertionError("not aborted");
		});
		Caller<Lease> aborted = Caller.of(() -> this.node.acquire(request()));
		gate.awaitReached();
		Caller<Lease> next = waiter(this.node, waiting(seconds(60)));
		aborted.interrupt();
		assertThat(aborted.failure()).isInstanceOf(LockInterruptedException.class);
		assertThat(aborted.endedInterrupted()).isTrue();
		this.threads.awaitPending(io.distributedlock.test.ControllableThreads.Kind.STORE_WORK, 1);
		this.threads.runPending();
		assertThat(this.store.abandoned()).containsExactly(this.store.acquires().get(0).owner());
		assertThat(next.result().isHeld()).isTrue();
	}

	@Test
	void aFailureOfAThreadThatWasInterruptedIsAnInterruption() {
		this.store.onAcquire((store) -> {
			Thread.currentThread().interrupt();
			throw ScriptedStore.unreachable();
		});
		Caller<Lease> caller = Caller.of(() -> this.node.acquire(request()));
		assertThat(caller.failure()).isInstanceOf(LockInterruptedException.class);
		assertThat(caller.endedInterrupted()).isTrue();
	}

	@Test
	void aGrantThatAnInterruptCannotUndoIsReturnedWithTheFlagSet() {
		this.store.onAcquire((store) -> {
			Thread.currentThread().interrupt();
			return store.get();
		});
		Caller<Lease> caller = Caller.of(() -> this.node.acquire(request()));
		assertThat(caller.result().isHeld()).isTrue();
		assertThat(caller.endedInterrupted()).isTrue();
	}

	@Test
	void aFailureWithoutAnInterruptIsNone() {
		this.store.onAcquire(ScriptedStore.fails());
		Caller<Lease> caller = Caller.of(() -> this.node.acquire(request()));
		assertThat(caller.failure()).isInstanceOf(LockStoreException.class);
		assertThat(caller.endedInterrupted()).isFalse();
	}

}
