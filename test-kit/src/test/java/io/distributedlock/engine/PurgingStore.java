package io.distributedlock.engine;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.LockInspection;
import io.distributedlock.store.Purging;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoredLock;
import io.distributedlock.time.TimeSource;

/**
 * A scripted store that is purged: each call takes the next step of its script, and
 * without one finds nothing more to look at.
 */
class PurgingStore extends ScriptedStore implements Purging, LockInspection {

	private final MemoryLockStore wrapped;

	private final TimeSource time;

	private final Duration interval;

	private final Queue<BooleanSupplier> purgeScript = new ConcurrentLinkedQueue<>();

	private final Queue<RenewResult> renewScript = new ConcurrentLinkedQueue<>();

	private final List<Long> purges = new CopyOnWriteArrayList<>();

	private final List<RenewCommand> renewals = new CopyOnWriteArrayList<>();

	PurgingStore(MemoryLockStore wrapped, TimeSource time, Duration interval) {
		super(wrapped);
		this.wrapped = wrapped;
		this.time = time;
		this.interval = interval;
	}

	/**
	 * Lets the next purges without a step take this one, which tells if there is more.
	 */
	PurgingStore onPurge(int times, BooleanSupplier step) {
		for (int i = 0; i < times; i++) {
			this.purgeScript.add(step);
		}
		return this;
	}

	PurgingStore onRenew(int times, RenewResult result) {
		for (int i = 0; i < times; i++) {
			this.renewScript.add(result);
		}
		return this;
	}

	@Override
	public Duration purgeInterval() {
		return this.interval;
	}

	@Override
	public boolean purgeSome() {
		this.purges.add(this.time.nanoTime());
		BooleanSupplier step = this.purgeScript.poll();
		return step != null && step.getAsBoolean();
	}

	@Override
	public RenewResult renew(RenewCommand command) {
		this.renewals.add(command);
		RenewResult scripted = this.renewScript.poll();
		return (scripted != null) ? scripted : super.renew(command);
	}

	@Override
	public Optional<StoredLock> find(String key) {
		return this.wrapped.find(key);
	}

	/** In the order of keys, so the lock of the purge comes first. */
	@Override
	public List<StoredLock> held(String keyPrefix, int limit) {
		return this.wrapped.held(keyPrefix, Integer.MAX_VALUE)
			.stream()
			.sorted(Comparator.comparing(StoredLock::key))
			.limit(limit)
			.toList();
	}

	/** When the calls came, by the monotonic clock. */
	List<Long> purges() {
		return this.purges;
	}

	List<RenewCommand> renewals() {
		return this.renewals;
	}

}
