package io.distributedlock.test;

import java.util.List;
import java.util.Optional;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.BatchRenewal;
import io.distributedlock.store.ForcedRelease;
import io.distributedlock.store.LockInspection;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.StoreProbe;
import io.distributedlock.store.WakeUpQueue;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A store that cannot be reached fails; it says neither that the lock is free nor that it
 * is held.
 */
interface OutageContract extends StoreUnderTest {

	@Test
	default void anUnreachableStoreFailsToAcquire() {
		Contender contender = unreachableContender();
		fails(contender::tryAcquire);
		fails(contender::tryAcquire);
	}

	@Test
	default void anUnreachableStoreFailsToRenew() {
		Contender contender = unreachableContender();
		fails(() -> contender.renew(Contender.LONG));
	}

	@Test
	default void anUnreachableStoreFailsToRelease() {
		Contender contender = unreachableContender();
		fails(contender::release);
	}

	@Test
	default void anUnreachableStoreFailsToAbandon() {
		Contender contender = unreachableContender();
		fails(contender::abandon);
	}

	@Test
	default void anUnreachableStoreFailsToRenewBatches() {
		BatchRenewal store = unreachableStoreAs(BatchRenewal.class);
		Contender contender = unreachableContender();
		fails(() -> store.renewAll(List.of(contender.renewCommand(Contender.LONG))));
	}

	@Test
	default void anUnreachableStoreFailsToTellWhoHoldsLocks() {
		LockInspection store = unreachableStoreAs(LockInspection.class);
		fails(() -> store.find(Contender.randomKey()));
		fails(() -> store.held(Contender.randomKey(), 10));
	}

	@Test
	default void anUnreachableStoreFailsToForceARelease() {
		ForcedRelease store = unreachableStoreAs(ForcedRelease.class);
		fails(() -> store.forceRelease(Contender.randomKey()));
	}

	@Test
	default void anUnreachableStoreFailsToQueue() {
		WakeUpQueue store = unreachableStoreAs(WakeUpQueue.class);
		Contender contender = unreachableContender();
		fails(() -> store.tryAcquireOrQueue(contender.acquireCommand(Contender.LONG)));
		fails(() -> store.leaveQueue(contender.key(), contender.node()));
	}

	@Test
	default void anUnreachableStoreFailsItsProbe() {
		StoreProbe store = unreachableStoreAs(StoreProbe.class);
		fails(store::probe);
	}

	private void fails(ThrowingCallable step) {
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(step);
	}

	private Contender unreachableContender() {
		return new Contender(unreachable(), Contender.randomKey());
	}

	private <T> T unreachableStoreAs(Class<T> capability) {
		storeAs(capability);
		return capability.cast(unreachable());
	}

	private LockStore unreachable() {
		Optional<LockStore> store = unreachableStore();
		Assumptions.assumeTrue(store.isPresent(), "This store has no server that could be unreachable");
		return store.orElseThrow();
	}

}
