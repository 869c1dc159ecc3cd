package io.distributedlock.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.StoreProbe;
import io.distributedlock.test.ControllableTime;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What an engine tells of its node.
 */
class NodeInspectionTests {

	@Test
	void tellsItsLeasesOfAllProvidersWhileTheyAreHeld() {
		HoldingNode node = HoldingNode.start();
		Lease renewed = node.acquire();
		Lease lost = node.engine().acquire(HoldingNode.unrenewed().withKey("lost"));
		Lease closed = node.acquire("closed");
		assertThat(node.engine().leases()).containsExactlyInAnyOrder(renewed, lost, closed);

		closed.close();
		node.pass(HoldingNode.TTL);

		assertThat(node.engine().leases()).containsExactly(renewed);
	}

	@Test
	void tellsHowManyWaitForAKeyWhoeverHoldsIt() {
		HoldingNode node = HoldingNode.start();
		HoldingNode other = node.another();
		LockRequest patient = HoldingNode.request().withWaitTime(HoldingNode.TTL);
		Lease held = node.acquire();
		assertThat(node.engine().waiting(HoldingNode.KEY)).isZero();

		CompletableFuture<Lease> next = node.engine().acquireAsync(patient).toCompletableFuture();
		CompletableFuture<Lease> last = node.engine().acquireAsync(patient).toCompletableFuture();
		CompletableFuture<Lease> elsewhere = other.engine().acquireAsync(patient).toCompletableFuture();
		node.settle();

		assertThat(node.engine().waiting(HoldingNode.KEY)).isEqualTo(2);
		assertThat(other.engine().waiting(HoldingNode.KEY)).isOne();
		assertThat(node.engine().waiting("another")).isZero();
		assertThat(node.engine().waiting("")).isZero();
		held.close();
		node.pass(HoldingNode.TTL);
		assertThat(List.of(next, last, elsewhere)).allMatch(CompletableFuture::isDone);
		assertThat(node.engine().waiting(HoldingNode.KEY)).isZero();
	}

	@Test
	void anAcquisitionThatAsksIsCountedWithTheKeyPrefix() {
		ControllableTime time = new ControllableTime();
		CompletableFuture<LockEngine> started = new CompletableFuture<>();
		List<Integer> counts = new ArrayList<>();
		LockStore store = new ScriptedStore(new MemoryLockStore(time)) {

			@Override
			public AcquireResult tryAcquire(AcquireCommand command) {
				counts.add(started.join().waiting("order"));
				return super.tryAcquire(command);
			}

		};
		try (LockEngine engine = LockEngine.builder()
			.keyPrefix("shop:")
			.provider(new LockProvider("memory", () -> store))
			.time(time)
			.build()) {
			started.complete(engine);
			engine.acquire(LockRequest.of("order"));
			assertThat(counts).containsExactly(1);
			assertThat(engine.waiting("order")).isZero();
		}
	}

	@Test
	void tellsTheProvidersWhoseStoresAreOpenAndTheDefaultOneFirst() {
		ControllableTime time = new ControllableTime();
		try (LockEngine engine = LockEngine.builder()
			.nodeId("a")
			.keyPrefix("shop:")
			.provider(new LockProvider("used", () -> new MemoryLockStore(time)))
			.provider(new LockProvider("unused", () -> new MemoryLockStore(time)))
			.provider(new LockProvider("chosen", () -> new MemoryLockStore(time)))
			.defaultProvider("chosen")
			.build()) {
			assertThat(engine.nodeId()).isEqualTo("a");
			assertThat(engine.keyPrefix()).isEqualTo("shop:");
			assertThat(engine.defaultProvider()).isEqualTo("chosen");
			assertThat(engine.providersInUse()).containsExactly("chosen");
			engine.probe("used");
			assertThat(engine.providersInUse()).containsExactly("chosen", "used");
		}
	}

	@Test
	void tellsWhatAStoreGuaranteesOnceItIsOpen() {
		MemoryLockStore store = new MemoryLockStore(new ControllableTime());
		try (LockEngine engine = engine(new ControllableTime(), store)) {
			assertThat(engine.guarantee("memory")).isEmpty();
			engine.open();
			assertThat(engine.guarantee("memory")).contains(store.guarantee());
		}
	}

	@Test
	void tellsNoGuaranteeOfAStoreThatDoesNot() {
		ControllableTime time = new ControllableTime();
		try (LockEngine engine = engine(time, new ScriptedStore(new MemoryLockStore(time)))) {
			engine.open();
			assertThat(engine.guarantee("memory")).isEmpty();
		}
	}

	@Test
	void tellsHowLongAStoreTookToAnswer() {
		ControllableTime time = new ControllableTime();
		try (LockEngine engine = engine(time, new ProbedStore(() -> time.advance(Duration.ofMillis(70))))) {
			assertThat(engine.probe("memory")).isEqualTo(Duration.ofMillis(70));
		}
	}

	@Test
	void aProbeThatFailsNamesTheProvider() {
		ControllableTime time = new ControllableTime();
		try (LockEngine engine = engine(time, new ProbedStore(() -> {
			throw new IllegalStateException("gone");
		}))) {
			assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> engine.probe("memory"))
				.withMessage("Store of provider 'memory' does not work: java.lang.IllegalStateException: gone");
		}
	}

	@Test
	void aStoreThatCannotBeAskedIsNotCalledBroken() {
		ControllableTime time = new ControllableTime();
		try (LockEngine engine = engine(time, new ScriptedStore(new MemoryLockStore(time)))) {
			assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> engine.probe("memory"))
				.withMessage("The store of provider 'memory' has no StoreProbe");
		}
	}

	@Test
	void tellsListenersOfDeclaredLocks() {
		HoldingNode node = HoldingNode.start();
		node.engine().declare("Shop.pay", Optional.empty());
		node.engine().declare("Shop.ship", Optional.of("redis"));
		assertThat(node.listener().events("declared")).containsExactly("declared Shop.pay memory",
				"declared Shop.ship redis");
	}

	private static LockEngine engine(ControllableTime time, LockStore store) {
		return LockEngine.builder().provider(new LockProvider("memory", () -> store)).time(time).build();
	}

	private static final class ProbedStore extends ScriptedStore implements StoreProbe {

		private final Runnable probe;

		ProbedStore(Runnable probe) {
			super(new MemoryLockStore(new ControllableTime()));
			this.probe = probe;
		}

		@Override
		public void probe() {
			this.probe.run();
		}

	}

}
