package io.distributedlock.test;

import java.time.Duration;
import java.util.Optional;

import io.distributedlock.store.LockStore;
import org.junit.jupiter.api.Assumptions;

/**
 * What each part of the contract needs to know about the store.
 */
interface StoreUnderTest {

	LockStore store();

	Optional<LockStore> unreachableStore();

	void passTime(Duration duration);

	Duration unit();

	Duration patience();

	default Duration units(int count) {
		return unit().multipliedBy(count);
	}

	default void passUnits(int count) {
		passTime(units(count));
	}

	/**
	 * Creates a contender for a key that nobody used before.
	 */
	default Contender newContender() {
		return new Contender(store(), Contender.randomKey());
	}

	/**
	 * Returns the store as one of the interfaces it may implement, or aborts the test.
	 */
	default <T> T storeAs(Class<T> capability) {
		Assumptions.assumeTrue(capability.isInstance(store()),
				() -> "%s is no %s".formatted(store().getClass().getName(), capability.getSimpleName()));
		return capability.cast(store());
	}

}
