package io.distributedlock.memory;

import java.time.Duration;
import java.util.Optional;

import io.distributedlock.store.LockStore;
import io.distributedlock.test.ControllableTime;
import io.distributedlock.test.LockStoreContract;

class MemoryLockStoreTests extends LockStoreContract {

	private final ControllableTime time = new ControllableTime();

	private final MemoryLockStore store = new MemoryLockStore(this.time);

	@Override
	public LockStore store() {
		return this.store;
	}

	@Override
	public Optional<LockStore> unreachableStore() {
		return Optional.empty();
	}

	@Override
	public void passTime(Duration duration) {
		this.time.advance(duration);
	}

}
