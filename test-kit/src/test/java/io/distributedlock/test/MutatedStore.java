package io.distributedlock.test;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

import io.distributedlock.store.LockStore;
import io.distributedlock.time.TimeSource;

/**
 * The contract for the store of the test that launches it. Not run by itself, as its name
 * does not end in {@code Tests}.
 */
class MutatedStore extends LockStoreContract {

	static volatile Function<TimeSource, SimpleLockStore> mutant = SimpleLockStore::new;

	static volatile Duration patience = Duration.ofSeconds(20);

	private final ControllableTime time = new ControllableTime();

	private final SimpleLockStore store = mutant.apply(this.time);

	@Override
	public LockStore store() {
		return this.store;
	}

	@Override
	public Optional<LockStore> unreachableStore() {
		return Optional.of(mutant.apply(this.time).cutOff());
	}

	@Override
	public void passTime(Duration duration) {
		this.time.advance(duration);
	}

	@Override
	public Duration patience() {
		return patience;
	}

}
