package io.distributedlock.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LockException;
import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.LockStore;
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

	private final LocalQueues queues;

	private final ConcurrentMap<String, HeldLease> leases = new ConcurrentHashMap<>();

	private final Renewals renewals = new Renewals(this);

	private final CleanUp cleanUp = new CleanUp(this);

	private final SuspensionWatch suspensionWatch;

	private final ReentrantLock opening = new ReentrantLock();

	private volatile @Nullable LockStore store;

	private volatile WakeUpQueue.@Nullable Listening listening;

	private volatile boolean shutDown;

	LockSpace(LockProvider provider, EngineSettings settings) {
		this.provider = provider;
		this.settings = settings;
		this.suspensionWatch = new SuspensionWatch(settings.time(), settings.threads(), () -> !this.leases.isEmpty(),
				() -> this.leases.values().forEach(this.renewals::due));
		this.queues = new LocalQueues(settings.nodeId());
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

	Duration storeTimeout() {
		return this.settings.storeTimeout();
	}

	LocalQueues queues() {
		return this.queues;
	}

	Renewals renewals() {
		return this.renewals;
	}

	CleanUp cleanUp() {
		return this.cleanUp;
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
		this.opening.lock();
		try {
			LockStore opened = this.store;
			if (opened == null) {
				opened = this.provider.store().get();
				this.store = opened;
			}
			return opened;
		}
		catch (LockException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			throw new LockStoreException("Store of provider '" + name() + "' could not be opened: " + ex.getMessage(),
					ex);
		}
		finally {
			this.opening.unlock();
		}
	}

	AcquireResult tryAcquire(AcquireCommand command) {
		return store().tryAcquire(command);
	}

	/**
	 * Tries to acquire, and if the lock is held asks for a wake-up where the store has
	 * them.
	 */
	AcquireResult tryAcquireOrQueue(AcquireCommand command) {
		return (store() instanceof WakeUpQueue wakeUps && isListening(wakeUps)) ? wakeUps.tryAcquireOrQueue(command)
				: store().tryAcquire(command);
	}

	/**
	 * Leaves the store's queue in the background: nobody on this node waits any more.
	 */
	void leaveQueue(String storeKey) {
		if (this.listening != null && store() instanceof WakeUpQueue wakeUps) {
			threads().storeWork().execute(() -> {
				if (!this.queues.exists(storeKey) && !this.shutDown) {
					try {
						wakeUps.leaveQueue(storeKey, node());
					}
					catch (RuntimeException ex) {
						logger.debug("Could not leave the queue for lock '{}' of provider '{}'; it is left by itself",
								storeKey, name(), ex);
					}
				}
			});
		}
	}

	Recheck recheck() {
		return (this.listening != null) ? Recheck.WITH_WAKE_UPS : Recheck.POLLING;
	}

	private boolean isListening(WakeUpQueue wakeUps) {
		if (this.listening != null) {
			return true;
		}
		this.opening.lock();
		try {
			if (this.listening == null) {
				this.listening = wakeUps.listen(node(), this::wokenUp);
			}
			return true;
		}
		catch (RuntimeException ex) {
			logger.warn("Provider '{}' cannot listen for released locks and polls instead", name(), ex);
			return false;
		}
		finally {
			this.opening.unlock();
		}
	}

	private void wokenUp(String storeKey) {
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
	 * Forgets a lease that is lost or given back, and lets the next one on this node try.
	 */
	void released(HeldLease lease) {
		this.leases.remove(lease.storeKey(), lease);
		this.queues.with(lease.storeKey(), (queue) -> queue.releasedHere(time().nanoTime(), recheck().standBack()));
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

	void closeStore() {
		Optional.ofNullable(this.listening).ifPresent((listening) -> closeQuietly(listening::close));
		Optional.ofNullable(this.store).ifPresent((store) -> closeQuietly(store::close));
	}

	private void closeQuietly(Runnable close) {
		try {
			close.run();
		}
		catch (RuntimeException ex) {
			logger.warn("Store of provider '{}' could not be closed", name(), ex);
		}
	}

}
