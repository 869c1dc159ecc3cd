package io.distributedlock.test;

import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.LockInspection;
import io.distributedlock.store.StoreProbe;
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

}
