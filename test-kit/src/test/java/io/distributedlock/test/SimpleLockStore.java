package io.distributedlock.test;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.BatchRenewal;
import io.distributedlock.store.ForcedRelease;
import io.distributedlock.store.LockInspection;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.Purging;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoreProbe;
import io.distributedlock.store.StoredLock;
import io.distributedlock.store.WakeUpQueue;
import io.distributedlock.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * A correct store that remembers everything, in small steps that mutants override.
 */
class SimpleLockStore
		implements LockStore, BatchRenewal, LockInspection, ForcedRelease, WakeUpQueue, Purging, StoreProbe {

	static final String NOBODY = "nobody";

	private static final Duration RETENTION = Duration.ofDays(1);

	private final TimeSource time;

	private final Map<String, Grant> grants = new ConcurrentHashMap<>();

	private final Map<String, Deque<String>> queues = new ConcurrentHashMap<>();

	private final Map<String, Consumer<String>> listeners = new ConcurrentHashMap<>();

	private final Set<String> abandoned = new HashSet<>();

	private boolean cutOff;

	SimpleLockStore(TimeSource time) {
		this.time = time;
	}

	SimpleLockStore cutOff() {
		this.cutOff = true;
		return this;
	}

	@Override
	public AcquireResult tryAcquire(AcquireCommand command) {
		return step(() -> {
			Grant last = this.grants.get(keyOf(command.key()));
			if (last != null && isTaken(last)) {
				return last.owner().equals(command.owner()) ? replay(last, command) : contended(last);
			}
			if (this.abandoned.contains(command.owner())) {
				return new AcquireResult.Busy();
			}
			Grant grant = new Grant(command.key(), command.owner(), command.node(), nextToken(last), now(),
					now().plus(command.ttl()), Optional.empty());
			return granted(put(grant));
		});
	}

	@Override
	public RenewResult renew(RenewCommand command) {
		return step(() -> {
			Grant grant = this.grants.get(keyOf(command.key()));
			if (grant == null || !isRenewable(grant, command.owner())) {
				return RenewResult.REFUSED;
			}
			put(grant.until(renewedExpiry(grant, command.ttl())));
			return RenewResult.RENEWED;
		});
	}

	@Override
	public List<RenewResult> renewAll(List<RenewCommand> commands) {
		return commands.stream().map(this::renew).toList();
	}

	@Override
	public ReleaseResult release(ReleaseCommand command) {
		return step(() -> {
			Grant grant = this.grants.get(keyOf(command.key()));
			if (grant == null) {
				return ReleaseResult.NOT_OWNED;
			}
			if (grant.releasedBy().equals(Optional.of(command.owner()))) {
				return repeatedRelease();
			}
			if (!isReleasable(grant, command.owner())) {
				return ReleaseResult.NOT_OWNED;
			}
			end(grant, keptUntil(grant, command.minHold()));
			return ReleaseResult.RELEASED;
		});
	}

	@Override
	public boolean abandon(String key, String owner, Duration bound) {
		return step(() -> {
			release(new ReleaseCommand(key, owner, Duration.ZERO));
			this.abandoned.add(owner);
			return true;
		});
	}

	@Override
	public boolean forceRelease(String key) {
		return step(() -> {
			Grant grant = this.grants.get(keyOf(key));
			if (grant == null || !isTaken(grant)) {
				return false;
			}
			put(grant.ownedBy(NOBODY).until(now()));
			wakeHead(grant.key());
			return true;
		});
	}

	@Override
	public Optional<StoredLock> find(String key) {
		return step(() -> Optional.ofNullable(this.grants.get(keyOf(key))).filter(this::isTaken).map(this::stored));
	}

	@Override
	public List<StoredLock> held(String keyPrefix, int limit) {
		return step(() -> this.grants.values()
			.stream()
			.filter(this::isTaken)
			.filter((grant) -> startsWith(grant.key(), keyPrefix))
			.limit(limit)
			.map(this::stored)
			.toList());
	}

	@Override
	public AcquireResult tryAcquireOrQueue(AcquireCommand command) {
		return step(() -> {
			AcquireResult result = tryAcquire(command);
			Deque<String> queue = queue(command.key());
			if (result instanceof AcquireResult.Granted) {
				queue.remove(command.node());
			}
			else if (!queue.contains(command.node())) {
				queue.add(command.node());
			}
			return result;
		});
	}

	@Override
	public ReleaseResult releaseAndQueue(ReleaseCommand command, String node) {
		return step(() -> {
			ReleaseResult result = release(command);
			Deque<String> queue = queue(command.key());
			if (result != ReleaseResult.RELEASED || queue.isEmpty() || node.equals(queue.peek())
					|| find(command.key()).isPresent()) {
				return result;
			}
			if (!queue.contains(node)) {
				queue.add(node);
			}
			return ReleaseResult.RELEASED_AND_QUEUED;
		});
	}

	@Override
	public void leaveQueue(String key, String node) {
		step(() -> {
			queue(key).remove(node);
			if (find(key).isEmpty()) {
				wakeHead(key);
			}
			return key;
		});
	}

	@Override
	public Listening listen(String node, Consumer<String> wakeUp) {
		this.listeners.put(node, wakeUp);
		return () -> this.listeners.remove(node);
	}

	@Override
	public Duration purgeInterval() {
		return RETENTION;
	}

	@Override
	public boolean purgeSome() {
		return step(() -> {
			this.grants.values().removeIf(this::isUnused);
			return false;
		});
	}

	@Override
	public void probe() {
		step(() -> true);
	}

	<T> T step(Supplier<T> step) {
		if (this.cutOff) {
			throw new LockStoreException("The store is cut off", null);
		}
		synchronized (this.grants) {
			return step.get();
		}
	}

	String keyOf(String key) {
		return key;
	}

	boolean isTaken(Grant grant) {
		return now().isBefore(grant.expiry());
	}

	boolean isUnused(Grant grant) {
		return !isTaken(grant) && grant.acquiredAt().isBefore(now().minus(RETENTION));
	}

	AcquireResult replay(Grant grant, AcquireCommand command) {
		return granted(grant);
	}

	AcquireResult contended(Grant grant) {
		return new AcquireResult.Held(grant.node(), grant.token(), Duration.between(now(), grant.expiry()));
	}

	long nextToken(@Nullable Grant last) {
		return Math.max((last != null) ? last.token() + 1 : 1, micros());
	}

	boolean isRenewable(Grant grant, String owner) {
		return grant.owner().equals(owner) && isTaken(grant);
	}

	Instant renewedExpiry(Grant grant, Duration ttl) {
		Instant expiry = now().plus(ttl);
		return expiry.isAfter(grant.expiry()) ? expiry : grant.expiry();
	}

	boolean isReleasable(Grant grant, String owner) {
		return grant.owner().equals(owner) && isTaken(grant);
	}

	Instant keptUntil(Grant grant, Duration minHold) {
		return grant.acquiredAt().plus(minHold);
	}

	ReleaseResult repeatedRelease() {
		return ReleaseResult.RELEASED;
	}

	void end(Grant grant, Instant keptUntil) {
		put(new Grant(grant.key(), NOBODY, grant.node(), grant.token(), grant.acquiredAt(), keptUntil,
				Optional.of(grant.owner())));
		wakeHead(grant.key());
	}

	boolean startsWith(String key, String prefix) {
		return key.startsWith(prefix);
	}

	void wakeHead(String key) {
		String head = queue(key).peek();
		Consumer<String> listener = (head != null) ? this.listeners.get(head) : null;
		if (listener != null) {
			listener.accept(key);
		}
	}

	final Deque<String> queue(String key) {
		return this.queues.computeIfAbsent(key, (any) -> new ArrayDeque<>());
	}

	final Optional<Grant> last(String key) {
		return Optional.ofNullable(this.grants.get(keyOf(key)));
	}

	final Grant put(Grant grant) {
		this.grants.put(keyOf(grant.key()), grant);
		return grant;
	}

	final AcquireResult.Granted granted(Grant grant) {
		return new AcquireResult.Granted(grant.token(), grant.acquiredAt());
	}

	final Instant now() {
		return this.time.now();
	}

	final long micros() {
		return ChronoUnit.MICROS.between(Instant.EPOCH, now());
	}

	private StoredLock stored(Grant grant) {
		return new StoredLock(grant.key(), grant.node(), grant.token(), grant.acquiredAt(),
				Duration.between(now(), grant.expiry()));
	}

	/**
	 * The last grant of a key, in force or not.
	 */
	record Grant(String key, String owner, String node, long token, Instant acquiredAt, Instant expiry,
			Optional<String> releasedBy) {

		Grant until(Instant newExpiry) {
			return new Grant(this.key, this.owner, this.node, this.token, this.acquiredAt, newExpiry, this.releasedBy);
		}

		Grant ownedBy(String newOwner) {
			return new Grant(this.key, newOwner, this.node, this.token, this.acquiredAt, this.expiry, this.releasedBy);
		}

	}

}
