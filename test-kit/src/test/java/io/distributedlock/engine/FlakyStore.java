package io.distributedlock.engine;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.WakeUpQueue;

/**
 * Fails now and then, before or after it has done its work.
 */
class FlakyStore implements LockStore, WakeUpQueue {

	private final MemoryLockStore wrapped;

	private final int failuresPerThousand;

	FlakyStore(MemoryLockStore wrapped, int failuresPerThousand) {
		this.wrapped = wrapped;
		this.failuresPerThousand = failuresPerThousand;
	}

	@Override
	public AcquireResult tryAcquire(AcquireCommand command) {
		return sometimes(() -> this.wrapped.tryAcquire(command));
	}

	@Override
	public AcquireResult tryAcquireOrQueue(AcquireCommand command) {
		return sometimes(() -> this.wrapped.tryAcquireOrQueue(command));
	}

	@Override
	public RenewResult renew(RenewCommand command) {
		return sometimes(() -> this.wrapped.renew(command));
	}

	@Override
	public ReleaseResult release(ReleaseCommand command) {
		return sometimes(() -> this.wrapped.release(command));
	}

	@Override
	public ReleaseResult releaseAndQueue(ReleaseCommand command, String node) {
		return sometimes(() -> this.wrapped.releaseAndQueue(command, node));
	}

	@Override
	public boolean abandon(String key, String owner, Duration bound) {
		return sometimes(() -> this.wrapped.abandon(key, owner, bound));
	}

	@Override
	public void leaveQueue(String key, String node) {
		sometimes(() -> {
			this.wrapped.leaveQueue(key, node);
			return key;
		});
	}

	@Override
	public Listening listen(String node, Consumer<String> wakeUp) {
		return this.wrapped.listen(node, wakeUp);
	}

	private <T> T sometimes(Supplier<T> step) {
		failSometimes();
		T result = step.get();
		failSometimes();
		return result;
	}

	private void failSometimes() {
		if (ThreadLocalRandom.current().nextInt(2000) < this.failuresPerThousand) {
			throw ScriptedStore.unreachable();
		}
	}

}
