package io.distributedlock.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LockException;
import io.distributedlock.LockStoreException;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.Purging;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.WakeUpQueue;
import io.distributedlock.time.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The locks of one provider on this node: its store, the queues of those who wait and the
 * leases of those who hold. Thread-safe.
 */
final class LockSpace {

	private static final Logger logger = LoggerFactory.getLogger(LockSpace.class);

	private final LockProvider provider;

	private final EngineSettings settings;

	private final LocalQueues queues = new LocalQueues();

	private final GrantRuns grantRuns = new GrantRuns();

	private final ConcurrentMap<String, HeldLease> leases = new ConcurrentHashMap<>();

	private final Renewals renewals = new Renewals(this);

	private final CleanUp cleanUp = new CleanUp(this);

	private final OutageLog outage;

	private final WarningLimit lossWarnings;

	private final WarningLimit longHoldWarnings;

	private final SuspensionWatch suspensionWatch;

	private final ReentrantLock opening = new ReentrantLock();

	private final AtomicInteger openingAttempts = new AtomicInteger();

	private @Nullable LockException openingFailure;

	private volatile @Nullable LockStore store;

	private final WakeUps wakeUps = new WakeUps(this);

	private final Set<AsyncAcquisition> asyncAcquisitions = ConcurrentHashMap.newKeySet();

	private final Completions completions;

	private volatile boolean shutDown;

	private boolean closed;

	LockSpace(LockProvider provider, EngineSettings settings) {
		this.provider = provider;
		this.settings = settings;
		this.completions = new Completions(settings.threads());
		this.outage = new OutageLog(provider.name(), settings.time());
		this.lossWarnings = warnings("{} more leases of provider '{}' were lost within the last minute");
		this.longHoldWarnings = warnings("{} more leases of provider '{}' have been held for long");
		this.suspensionWatch = new SuspensionWatch(settings.time(), settings.threads(), () -> !this.leases.isEmpty(),
				() -> this.leases.values().forEach(this.renewals::due));
	}

	private WarningLimit warnings(String leftOut) {
		return new WarningLimit(time(), threads(), (count) -> logger.warn(leftOut, count, name()));
	}

	String name() {
		return this.provider.name();
	}

	String node() {
		return this.settings.nodeId();
	}

	TimeSource time() {
		return this.settings.time();
	}

	EngineThreads threads() {
		return this.settings.threads();
	}

	Listeners listeners() {
		return this.settings.listeners();
	}

	ThreadMarks marks() {
		return this.settings.marks();
	}

	Duration storeTimeout() {
		return this.settings.storeTimeout();
	}

	LocalQueues queues() {
		return this.queues;
	}

	GrantRuns grantRuns() {
		return this.grantRuns;
	}

	Renewals renewals() {
		return this.renewals;
	}

	CleanUp cleanUp() {
		return this.cleanUp;
	}

	OutageLog outage() {
		return this.outage;
	}

	WarningLimit lossWarnings() {
		return this.lossWarnings;
	}

	WarningLimit longHoldWarnings() {
		return this.longHoldWarnings;
	}

	boolean isShutDown() {
		return this.shutDown;
	}

	/**
	 * Returns the store, which is created when first needed.
	 * @return the store
	 * @throws LockException if it cannot be created
	 */
	LockStore store() {
		LockStore existing = this.store;
		return (existing != null) ? existing : open();
	}

	private LockStore open() {
		int attemptsBefore = this.openingAttempts.get();
		try {
			if (!this.opening.tryLock(storeTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
				throw new LockStoreException(
						"Store of provider '%s' was not opened within %d ms: check that it is reachable"
							.formatted(name(), storeTimeout().toMillis()),
						null);
			}
		}
		catch (InterruptedException ex) {
			throw new LockStoreException("Interrupted while the store of provider '" + name() + "' was opened", ex);
		}
		try {
			LockStore opened = this.store;
			LockException failure = this.openingFailure;
			if (opened == null && failure != null && attemptsBefore != this.openingAttempts.get()) {
				// others tried meanwhile; one after the other would take too long
				throw new LockStoreException(String.valueOf(failure.getMessage()), failure);
			}
			return (opened != null) ? opened : create();
		}
		finally {
			this.opening.unlock();
		}
	}

	private LockStore create() {
		if (this.closed) {
			throw new LockStoreException(
					"Store of provider '" + name() + "' is not opened any more: this node is shutting down", null);
		}
		try {
			LockStore created = this.provider.store().get();
			this.store = created;
			if (created instanceof Purging purging) {
				new Purges(this, purging).start();
			}
			return created;
		}
		catch (LockException ex) {
			this.openingFailure = ex;
			throw ex;
		}
		catch (RuntimeException ex) {
			LockStoreException failure = new LockStoreException(
					"Store of provider '" + name() + "' could not be opened: " + ex.getMessage(), ex);
			this.openingFailure = failure;
			throw failure;
		}
		finally {
			this.openingAttempts.incrementAndGet();
		}
	}

	/**
	 * Tells whether the store was opened; before, nothing can have been sent to it.
	 */
	boolean isOpen() {
		return this.store != null;
	}

	Optional<LockStore> openedStore() {
		return Optional.ofNullable(this.store);
	}

	WakeUps wakeUps() {
		return this.wakeUps;
	}

	Set<AsyncAcquisition> asyncAcquisitions() {
		return this.asyncAcquisitions;
	}

	Completions completions() {
		return this.completions;
	}

	/**
	 * Leaves the store's queue in the background: nobody on this node waits any more.
	 */
	void leaveQueue(String storeKey) {
		if (store() instanceof WakeUpQueue queue) {
			threads().storeWork().execute(() -> {
				if (!this.queues.exists(storeKey) && !this.shutDown) {
					try {
						queue.leaveQueue(storeKey, node());
					}
					catch (RuntimeException ex) {
						logger.debug("Could not leave the queue for lock '{}' of provider '{}'; it is left by itself",
								storeKey, name(), ex);
					}
				}
			});
		}
	}

	/**
	 * Releases a grant. If more acquisitions of this node wait for the lock, the node is
	 * queued in the store again.
	 */
	ReleaseResult release(ReleaseCommand command) {
		if (this.wakeUps.areHeard() && store() instanceof WakeUpQueue queue && this.queues.exists(command.key())) {
			this.queues.with(command.key(), LocalQueue::queueingInStore);
			return queue.releaseAndQueue(command, node());
		}
		return store().release(command);
	}

	Recheck recheck() {
		return this.wakeUps.areHeard() ? Recheck.WITH_WAKE_UPS : Recheck.POLLING;
	}

	/**
	 * Lets the first waiter of this node try a lock that was released, or the next node
	 * if nobody waits here any more.
	 */
	void wokenUp(String storeKey) {
		if (this.queues.exists(storeKey)) {
			this.queues.with(storeKey, LocalQueue::wakeHead);
		}
		else {
			leaveQueue(storeKey);
		}
	}

	/**
	 * Makes a lease known.
	 * @return {@code false} if it came too late: the locks are shut down
	 */
	boolean hold(HeldLease lease) {
		HeldLease before = this.leases.put(lease.storeKey(), lease);
		if (before != null) {
			// the store would not have granted the lock again
			before.lose(Reason.REFUSED);
		}
		if (this.shutDown) {
			this.leases.remove(lease.storeKey(), lease);
			return false;
		}
		this.suspensionWatch.start();
		return true;
	}

	/**
	 * Returns this node's lease on a lock.
	 */
	@Nullable HeldLease heldHere(String storeKey) {
		HeldLease lease = this.leases.get(storeKey);
		return (lease != null && lease.isHeld()) ? lease : null;
	}

	/**
	 * Returns all leases of this node.
	 */
	Stream<Lease> heldHere() {
		return this.leases.values().stream().filter(HeldLease::isHeld).map(Lease.class::cast);
	}

	/**
	 * Tells whether nothing is remembered of any key.
	 */
	boolean isIdle() {
		return this.queues.isEmpty() && this.leases.isEmpty() && this.asyncAcquisitions.isEmpty()
				&& this.completions.isIdle() && this.renewals.isIdle();
	}

	/**
	 * Forgets a lease that is lost or given back.
	 */
	void forget(HeldLease lease) {
		this.leases.remove(lease.storeKey(), lease);
		this.grantRuns.released(lease.storeKey(), time().nanoTime(), recheck().standBack());
	}

	/**
	 * Lets the next one on this node try, if any.
	 */
	void wakeWaiter(String storeKey) {
		this.queues.with(storeKey, LocalQueue::wakeHead);
	}

	/**
	 * Ends every acquisition and every lease. Leases expire in the store; they are not
	 * released, since their holders may still be working.
	 */
	void shutDown() {
		this.shutDown = true;
		this.queues.forEach(LocalQueue::wakeAll);
		this.leases.values().forEach((lease) -> lease.lose(Reason.SHUTDOWN));
	}

	/**
	 * Ends what is left once the threads have ended, and closes the store.
	 */
	void close() {
		this.asyncAcquisitions.forEach(AsyncAcquisition::shutDown);
		closeQuietly("results", this.completions::close);
		this.opening.lock();
		try {
			this.closed = true;
		}
		finally {
			this.opening.unlock();
		}
		closeQuietly("listening", this.wakeUps::close);
		openedStore().ifPresent((opened) -> closeQuietly("store", opened::close));
	}

	private void closeQuietly(String what, Runnable close) {
		try {
			close.run();
		}
		catch (RuntimeException ex) {
			logger.warn("Could not close the {} of provider '{}'", what, name(), ex);
		}
	}

}
