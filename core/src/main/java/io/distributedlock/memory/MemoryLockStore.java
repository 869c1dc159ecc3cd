package io.distributedlock.memory;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.BatchRenewal;
import io.distributedlock.store.ForcedRelease;
import io.distributedlock.store.LockInspection;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoreGuarantee;
import io.distributedlock.store.StoreProbe;
import io.distributedlock.store.StoredLock;
import io.distributedlock.store.WakeUpQueue;
import io.distributedlock.time.TimeSource;

/**
 * A store in this process's memory: for tests and for applications of a single node. It
 * excludes nobody outside the process. Expiry is kept by the monotonic clock; tokens grow
 * over all keys together, so that nothing need be kept of a key that is not locked.
 */
public final class MemoryLockStore
		implements LockStore, BatchRenewal, LockInspection, ForcedRelease, WakeUpQueue, StoreProbe, StoreGuarantee {

	private static final int REMEMBERED_OWNERS = 1_000;

	private final TimeSource time;

	private final ReentrantLock mutex = new ReentrantLock();

	private final Grants grants = new Grants();

	private final Map<String, WaitingNodes> waiting = new HashMap<>();

	private final Set<String> endedOwners = Collections.newSetFromMap(new LinkedHashMap<>() {
		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
			return size() > REMEMBERED_OWNERS;
		}
	});

	private final Map<String, Consumer<String>> listeners = new ConcurrentHashMap<>();

	private long lastToken;

	/**
	 * Creates an empty store.
	 * @param time the clocks to keep expiry and tokens by
	 */
	public MemoryLockStore(TimeSource time) {
		this.time = time;
	}

	@Override
	public AcquireResult tryAcquire(AcquireCommand command) {
		return atomically(() -> acquire(command));
	}

	@Override
	public AcquireResult tryAcquireOrQueue(AcquireCommand command) {
		return atomically(() -> {
			AcquireResult result = acquire(command);
			if (!(result instanceof AcquireResult.Granted)) {
				this.waiting.computeIfAbsent(command.key(), (key) -> new WaitingNodes())
					.add(command.node(), this.time.nanoTime());
			}
			return result;
		});
	}

	@Override
	public RenewResult renew(RenewCommand command) {
		return atomically(() -> {
			long now = this.time.nanoTime();
			Grant grant = this.grants.find(command.key(), command.owner(), now);
			if (grant == null) {
				return RenewResult.REFUSED;
			}
			long expires = now + command.ttl().toNanos();
			if (expires - grant.expiresNanos() > 0) {
				this.grants.put(grant.lastingUntil(expires));
			}
			return RenewResult.RENEWED;
		});
	}

	@Override
	public List<RenewResult> renewAll(List<RenewCommand> commands) {
		return commands.stream().map(this::renew).toList();
	}

	@Override
	public ReleaseResult release(ReleaseCommand command) {
		return atomically(() -> {
			long now = this.time.nanoTime();
			Grant grant = this.grants.find(command.key(), command.owner(), now);
			if (grant == null) {
				return this.endedOwners.contains(command.owner()) ? ReleaseResult.RELEASED : ReleaseResult.NOT_OWNED;
			}
			this.endedOwners.add(command.owner());
			Grant kept = grant.ownedByNobodyFor(command.minHold());
			if (kept.isInForce(now)) {
				this.grants.put(kept);
			}
			else {
				free(command.key(), now);
			}
			return ReleaseResult.RELEASED;
		});
	}

	@Override
	public ReleaseResult releaseAndQueue(ReleaseCommand command, String node) {
		return atomically(() -> {
			ReleaseResult result = release(command);
			WaitingNodes nodes = this.waiting.get(command.key());
			long now = this.time.nanoTime();
			if (result != ReleaseResult.RELEASED || nodes == null || !nodes.isReservedForAnother(node, now)) {
				return result;
			}
			nodes.add(node, now);
			return ReleaseResult.RELEASED_AND_QUEUED;
		});
	}

	@Override
	public boolean abandon(String key, String owner, Duration bound) {
		return atomically(() -> {
			release(new ReleaseCommand(key, owner, Duration.ZERO));
			this.endedOwners.add(owner);
			return true;
		});
	}

	@Override
	public boolean forceRelease(String key) {
		return atomically(() -> {
			long now = this.time.nanoTime();
			if (this.grants.find(key, now) == null) {
				return false;
			}
			free(key, now);
			return true;
		});
	}

	@Override
	public Optional<StoredLock> find(String key) {
		return atomically(() -> {
			long now = this.time.nanoTime();
			return Optional.ofNullable(this.grants.find(key, now)).map((grant) -> grant.stored(now));
		});
	}

	@Override
	public List<StoredLock> held(String keyPrefix, int limit) {
		return atomically(() -> {
			long now = this.time.nanoTime();
			return this.grants.all(now)
				.stream()
				.filter((grant) -> grant.key().startsWith(keyPrefix))
				.limit(limit)
				.map((grant) -> grant.stored(now))
				.toList();
		});
	}

	@Override
	public void leaveQueue(String key, String node) {
		atomically(() -> {
			WaitingNodes nodes = this.waiting.get(key);
			if (nodes != null) {
				nodes.remove(node);
				long now = this.time.nanoTime();
				if (this.grants.find(key, now) == null) {
					wakeHead(key, now);
				}
				discardIfEmpty(key, now);
			}
			return key;
		});
	}

	@Override
	public Listening listen(String node, Consumer<String> wakeUp) {
		this.listeners.put(node, wakeUp);
		return () -> this.listeners.remove(node, wakeUp);
	}

	private AcquireResult acquire(AcquireCommand command) {
		long now = this.time.nanoTime();
		Grant grant = this.grants.find(command.key(), now);
		if (grant != null) {
			return grant.isOwnedBy(command.owner()) ? grant.granted() : grant.held(now);
		}
		WaitingNodes nodes = this.waiting.get(command.key());
		if (this.endedOwners.contains(command.owner())
				|| (nodes != null && nodes.isReservedForAnother(command.node(), now))) {
			return new AcquireResult.Busy();
		}
		Instant acquiredAt = this.time.now();
		this.lastToken = Math.max(this.lastToken + 1, ChronoUnit.MICROS.between(Instant.EPOCH, acquiredAt));
		grant = new Grant(command.key(), command.owner(), command.node(), this.lastToken, acquiredAt, now,
				now + command.ttl().toNanos());
		this.grants.put(grant);
		if (nodes != null) {
			nodes.remove(command.node());
			discardIfEmpty(command.key(), now);
		}
		return grant.granted();
	}

	private void free(String key, long now) {
		this.grants.remove(key);
		wakeHead(key, now);
	}

	/** Does nothing: a process that runs has its memory. */
	@Override
	public void probe() {
	}

	@Override
	public String guarantee() {
		return "one lease of a lock at a time in this process, and nothing beyond it";
	}

	/**
	 * Returns where the locks are, for logs.
	 * @return this process
	 */
	@Override
	public String toString() {
		return "this process";
	}

	private void wakeHead(String key, long now) {
		WaitingNodes nodes = this.waiting.get(key);
		String head = (nodes != null) ? nodes.reserveForHead(now) : null;
		Consumer<String> listener = (head != null) ? this.listeners.get(head) : null;
		if (listener != null) {
			listener.accept(key);
		}
	}

	private void discardIfEmpty(String key, long now) {
		WaitingNodes nodes = this.waiting.get(key);
		if (nodes != null && nodes.isEmpty(now)) {
			this.waiting.remove(key);
		}
	}

	private <T> T atomically(Supplier<T> step) {
		this.mutex.lock();
		try {
			return step.get();
		}
		finally {
			this.mutex.unlock();
		}
	}

}
