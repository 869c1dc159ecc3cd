package io.distributedlock.interceptor;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import reactor.core.scheduler.Schedulers;

/**
 * A polled store that counts the steps it is asked for on a thread that must not block.
 */
class StoreOffTheEventLoop implements LockStore {

	private final LockStore wrapped;

	private final AtomicInteger blocked = new AtomicInteger();

	StoreOffTheEventLoop(LockStore wrapped) {
		this.wrapped = wrapped;
	}

	int stepsOnTheEventLoop() {
		return this.blocked.get();
	}

	void check() {
		if (Schedulers.isInNonBlockingThread()) {
			this.blocked.incrementAndGet();
		}
	}

	@Override
	public AcquireResult tryAcquire(AcquireCommand command) {
		check();
		return this.wrapped.tryAcquire(command);
	}

	@Override
	public RenewResult renew(RenewCommand command) {
		check();
		return this.wrapped.renew(command);
	}

	@Override
	public ReleaseResult release(ReleaseCommand command) {
		check();
		return this.wrapped.release(command);
	}

	@Override
	public boolean abandon(String key, String owner, Duration bound) {
		return this.wrapped.abandon(key, owner, bound);
	}

	@Override
	public void close() {
		this.wrapped.close();
	}

}
