package io.distributedlock.test;

import java.util.List;

import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.LockInspection;
import io.distributedlock.store.StoreProbe;
import io.distributedlock.store.StoredLock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * A probe of a store that works says so, and leaves no trace. That it fails where the
 * store cannot be reached is part of {@link OutageContract}.
 */
interface StoreProbeContract extends StoreUnderTest {

	@Test
	default void aProbeOfAStoreThatWorksSucceeds() {
		StoreProbe store = storeAs(StoreProbe.class);
		assertThatNoException().isThrownBy(() -> {
			store.probe();
			store.probe();
		});
	}

	@Test
	default void aProbeConcernsNoLock() {
		StoreProbe store = storeAs(StoreProbe.class);
		Contender holder = newContender();
		Granted grant = holder.mustAcquire();
		store.probe();
		assertThat(holder.mustAcquire()).isEqualTo(grant);
		holder.release();
		store.probe();
		holder.rival().mustAcquire();
	}

	@Test
	default void aProbeLeavesNoLockBehind() {
		StoreProbe store = storeAs(StoreProbe.class);
		LockInspection inspection = storeAs(LockInspection.class);
		List<String> before = heldByOthers(inspection);
		store.probe();
		assertThat(heldByOthers(inspection)).isSubsetOf(before);
	}

	/** Tests of the contract may run at the same time. */
	private static List<String> heldByOthers(LockInspection store) {
		return store.held("", 100_000)
			.stream()
			.map(StoredLock::key)
			.filter((key) -> !key.contains(Contender.KEYS))
			.toList();
	}

}
