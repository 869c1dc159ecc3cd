package io.distributedlock.engine;

import java.time.Duration;
import java.util.Optional;

import io.distributedlock.Lease;
import io.distributedlock.LockStoreException;
import io.distributedlock.memory.MemoryLockStore;
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
