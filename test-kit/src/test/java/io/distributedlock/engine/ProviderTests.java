package io.distributedlock.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.ForcedRelease;
import io.distributedlock.store.LockInspection;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.StoredLock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ProviderTests extends EngineTest {

	private final AtomicInteger created = new AtomicInteger();

	@Test
	void theFirstProviderIsTheDefaultAndTheOthersAreCreatedWhenAskedFor() {
		AtomicInteger others = new AtomicInteger();
		LockEngine node = engine(
				LockEngine.builder().provider(counted("one", this.created)).provider(counted("two", others)));
		assertThat(this.created).hasValue(0);
		assertThat(node.acquire(request()).provider()).isEqualTo("one");
		assertThat(this.created).hasValue(1);
		assertThat(others).hasValue(0);
		assertThat(node.acquire(request().withProvider("two")).provider()).isEqualTo("two");
		assertThat(node.acquire(LockRequest.of("order:43").withProvider("two")).provider()).isEqualTo("two");
		assertThat(others).hasValue(1);
	}

	@Test
	void theDefaultProviderIsChosenByNameAndOpenedOnRequest() {
		LockEngine node = engine(LockEngine.builder()
			.provider(counted("one", new AtomicInteger()))
			.provider(counted("two", this.created))
			.defaultProvider("two"));
		node.open();
		assertThat(this.created).hasValue(1);
		assertThat(node.acquire(request()).provider()).isEqualTo("two");
		assertThat(this.created).hasValue(1);
	}

	@Test
	void callersThatWaitedForAnOpeningThatFailedDoNotTryOneAfterTheOther() {
		ScriptedStore.Gate gate = new ScriptedStore.Gate();
		LockEngine node = engine(LockEngine.builder().provider(new LockProvider("test", () -> {
			this.created.incrementAndGet();
			gate.run();
			throw new LockStoreException("connection refused", null);
		})));
		List<Caller<Optional<Lease>>> callers = new ArrayList<>();
		callers.add(trying(node, LockRequest.of("order:1")));
		gate.awaitReached();
		for (int i = 2; i <= 5; i++) {
			callers.add(trying(node, LockRequest.of("order:" + i)).awaitWaiting());
		}
		gate.open();
		assertThat(callers).allSatisfy((caller) -> assertThat(caller.failure()).isInstanceOf(LockStoreException.class)
			.hasMessageContaining("connection refused"));
		assertThat(this.created).hasValue(1);
	}

	@Test
	void oneStoreIsCreatedForAllThreads() {
		LockEngine node = engine(LockEngine.builder().provider(counted("test", this.created)));
		CyclicBarrier barrier = new CyclicBarrier(8);
		List<Caller<Optional<Lease>>> callers = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			LockRequest request = LockRequest.of("key-" + i);
			callers.add(Caller.of(() -> {
				barrier.await(10, TimeUnit.SECONDS);
				return node.tryAcquire(request);
			}));
		}
		assertThat(callers).allSatisfy((caller) -> assertThat(caller.result()).isPresent());
		assertThat(this.created).hasValue(1);
	}

	@Test
	void aStoreThatCouldNotBeCreatedIsTriedAgain() {
		AtomicInteger attempts = new AtomicInteger();
		LockEngine node = engine(LockEngine.builder().provider(new LockProvider("test", () -> {
			if (attempts.incrementAndGet() == 1) {
				throw new IllegalStateException("no such table");
			}
			return this.store;
		})));
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(node::open)
			.withMessage("Store of provider 'test' could not be opened: no such table")
			.withCauseInstanceOf(IllegalStateException.class);
		assertThat(node.tryAcquire(request())).isPresent();
		assertThat(attempts).hasValue(2);
	}

	@Test
	void providersDoNotShareLocks() {
		LockEngine node = engine(
				LockEngine.builder().provider(counted("one", this.created)).provider(counted("two", this.created)));
		assertThat(node.tryAcquire(request())).isPresent();
		assertThat(node.tryAcquire(request().withProvider("two"))).isPresent();
		assertThat(node.tryAcquire(request())).isEmpty();
	}

	@Test
	void anEngineNeedsProvidersWithNamesOfTheirOwn() {
		assertThatIllegalArgumentException().isThrownBy(() -> LockEngine.builder().build())
			.withMessageContaining("No lock provider");
		LockEngineBuilder twins = LockEngine.builder()
			.provider(counted("twin", this.created))
			.provider(counted("twin", this.created));
		assertThatIllegalArgumentException().isThrownBy(twins::build).withMessageContaining("[twin, twin]");
		LockEngineBuilder unknown = LockEngine.builder()
			.provider(counted("jdbc", this.created))
			.defaultProvider("redis");
		assertThatIllegalArgumentException().isThrownBy(unknown::build)
			.withMessage("Unknown lock provider 'redis': use one of [jdbc]");
	}

	@Test
	void aStoreThatCannotInspectSaysSo() {
		LockEngine node = node("this-node", this.store);
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> node.find(KEY))
			.withMessage("The store of provider 'test' has no LockInspection");
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> node.held(10));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> node.forceRelease(KEY))
			.withMessageContaining("ForcedRelease");
	}

	@Test
	void failuresOfInspectionAreStoreFailures() {
		LockEngine node = node("this-node", new BrokenInspection(this.memory));
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> node.find(KEY))
			.withMessageContaining("failed to look up lock 'order:42'")
			.withMessageContaining("connection reset");
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> node.held(10))
			.withMessageContaining("Store of provider 'test' failed to list lock");
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> node.forceRelease(KEY))
			.withMessageContaining("force the release");
	}

	@Test
	void heldIsBounded() {
		LockEngine node = node("this-node", this.memory);
		for (int i = 0; i < 5; i++) {
			node.acquire(LockRequest.of("key-" + i));
		}
		assertThat(node.held(3)).hasSize(3);
		assertThatIllegalArgumentException().isThrownBy(() -> node.held(0)).withMessageContaining("limit is 0");
	}

	@Test
	void whateverAStoreThrowsIsAStoreFailure() {
		this.store.onAcquire((store) -> {
			throw new IllegalStateException("broken pipe");
		});
		LockEngine node = node("this-node", this.store);
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> node.acquire(request()))
			.withMessage("Store of provider 'test' failed to acquire lock 'order:42': "
					+ "java.lang.IllegalStateException: broken pipe")
			.withCauseInstanceOf(IllegalStateException.class);
	}

	@Test
	void anErrorOfAStoreIsNotSwallowedAndTheNextCallerProceeds() {
		this.store.onAcquire((store) -> {
			throw new StackOverflowError();
		});
		LockEngine node = node("this-node", this.store);
		assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> node.acquire(request()));
		assertThat(node.tryAcquire(request())).isPresent();
	}

	private LockProvider counted(String name, AtomicInteger counter) {
		Supplier<LockStore> creation = () -> {
			counter.incrementAndGet();
			return new MemoryLockStore(this.time);
		};
		return new LockProvider(name, creation);
	}

	private static final class BrokenInspection extends ScriptedStore implements LockInspection, ForcedRelease {

		BrokenInspection(LockStore wrapped) {
			super(wrapped);
		}

		@Override
		public Optional<StoredLock> find(String key) {
			throw new IllegalStateException("connection reset");
		}

		@Override
		public List<StoredLock> held(String keyPrefix, int limit) {
			throw new IllegalStateException("connection reset");
		}

		@Override
		public boolean forceRelease(String key) {
			throw new IllegalStateException("connection reset");
		}

	}

}
