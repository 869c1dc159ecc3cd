package io.distributedlock.engine;

import java.util.concurrent.CompletableFuture;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.LockShutdownException;
import io.distributedlock.LockStoreException;
import io.distributedlock.store.LockProvider;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ShutdownTests extends EngineTest {

	private final LockEngine node = node("this-node", this.store);

	@Test
	void waitersAreWoken() {
		otherNodeHolds(KEY);
		Caller<Lease> head = waiter(this.node, waiting(seconds(60)));
		Caller<Lease> follower = waiter(this.node, waiting(seconds(60)));
		this.node.close();
		assertThat(head.failure()).isInstanceOf(LockShutdownException.class).hasMessageContaining("'order:42'");
		assertThat(follower.failure()).isInstanceOf(LockShutdownException.class);
		assertThat(head.endedInterrupted()).isFalse();
	}

	@Test
	void asynchronousWaitersAreAnswered() {
		otherNodeHolds(KEY);
		CompletableFuture<Lease> waiting = async(this.node, waiting(seconds(60)));
		CompletableFuture<Lease> notStarted = this.node.acquireAsync(waiting(seconds(60))).toCompletableFuture();
		this.node.close();
		assertThat(failureOf(waiting)).isInstanceOf(LockShutdownException.class);
		assertThat(failureOf(notStarted)).isInstanceOf(LockShutdownException.class);
	}

	@Test
	void anAsynchronousRequestWhoseStoreCallHangsIsAnswered() {
		ScriptedStore.Gate gate = new ScriptedStore.Gate();
		this.store.onAcquire((store) -> {
			gate.run();
			return store.get();
		});
		CompletableFuture<Lease> hanging = this.node.acquireAsync(request()).toCompletableFuture();
		Caller<String> pool = Caller.of(() -> {
			this.threads.runPending();
			return "done";
		});
		gate.awaitReached();
		this.node.close();
		assertThat(failureOf(hanging)).isInstanceOf(LockShutdownException.class);
		gate.open();
		assertThat(pool.result()).isEqualTo("done");
		assertThat(this.memory.find(KEY)).isEmpty();
	}

	@Test
	void laterAcquisitionsAreRefused() {
		this.node.close();
		assertThatExceptionOfType(LockShutdownException.class).isThrownBy(() -> this.node.acquire(request()));
		assertThatExceptionOfType(LockShutdownException.class).isThrownBy(() -> this.node.tryAcquire(request()));
		CompletableFuture<Lease> async = this.node.acquireAsync(request()).toCompletableFuture();
		assertThat(failureOf(async)).isInstanceOf(LockShutdownException.class);
		assertThat(this.store.acquires()).isEmpty();
	}

	@Test
	void aGrantThatArrivesDuringShutdownIsNotKept() {
		ScriptedStore.Gate gate = new ScriptedStore.Gate();
		this.store.onAcquire((store) -> {
			gate.run();
			return store.get();
		});
		Caller<Lease> caller = Caller.of(() -> this.node.acquire(request()));
		gate.awaitReached();
		this.node.close();
		gate.open();
		assertThat(caller.failure()).isInstanceOf(LockShutdownException.class);
		assertThat(this.memory.find(KEY)).isEmpty();
	}

	@Test
	void aStoreCallAbortedByTheShutdownIsReportedAsShutdown() {
		this.store.onAcquire((store) -> {
			this.node.close();
			throw new LockStoreException("Command was aborted", new InterruptedException());
		});
		Caller<Lease> caller = Caller.of(() -> this.node.acquire(request()));
		assertThat(caller.failure()).isInstanceOf(LockShutdownException.class);
		assertThat(caller.endedInterrupted()).isTrue();
	}

	@Test
	void theStoreIsClosedOnceHoweverOftenTheEngineIs() {
		this.node.acquire(request()).close();
		this.node.close();
		this.node.close();
		assertThat(this.store.timesClosed()).isEqualTo(1);
	}

	@Test
	void aStoreThatWasNeverOpenedStaysClosed() {
		ScriptedStore unused = new ScriptedStore(this.memory);
		LockEngine two = engine(LockEngine.builder()
			.provider(new LockProvider("used", () -> this.store))
			.provider(new LockProvider("unused", () -> unused)));
		two.acquire(request()).close();
		two.close();
		assertThat(this.store.timesClosed()).isEqualTo(1);
		assertThat(unused.timesClosed()).isZero();
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> {
			LockEngine never = engine(LockEngine.builder().provider(new LockProvider("never", () -> unused)));
			never.close();
			never.find(KEY);
		}).withMessageContaining("shutting down");
	}

	@Test
	void oneStoreThatCannotBeClosedDoesNotKeepOthersOpen() {
		ScriptedStore broken = new ScriptedStore(this.memory) {
			@Override
			public void close() {
				throw new IllegalStateException("cannot close");
			}
		};
		LockEngine two = engine(LockEngine.builder()
			.provider(new LockProvider("broken", () -> broken))
			.provider(new LockProvider("fine", () -> this.store)));
		two.acquire(request().withProvider("broken")).close();
		two.acquire(LockRequest.of(KEY).withProvider("fine")).close();
		two.close();
		assertThat(this.store.timesClosed()).isEqualTo(1);
	}

}
