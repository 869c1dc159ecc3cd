package io.distributedlock.actuate.board;

import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoreProbe;
import io.distributedlock.time.TimeSource;

/**
 * A store that can be asked whether it works, and nothing else beside the steps of locks.
 */
final class ProbedStore implements LockStore, StoreProbe {

	private final MemoryLockStore store = new MemoryLockStore(TimeSource.system());

	private final Runnable probe;

	ProbedStore(Runnable probe) {
		this.probe = probe;
	}

	@Override
	public void probe() {
		this.probe.run();
	}

	@Override
	public AcquireResult tryAcquire(AcquireCommand command) {
		return this.store.tryAcquire(command);
	}

	@Override
	public RenewResult renew(RenewCommand command) {
		return this.store.renew(command);
	}

	@Override
	public ReleaseResult release(ReleaseCommand command) {
		return this.store.release(command);
	}

}
