package io.distributedlock.engine;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LockContext;
import io.distributedlock.LockException;
import io.distributedlock.LockInfo;
import io.distributedlock.LockInterruptedException;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import io.distributedlock.LockedCallable;
import io.distributedlock.Release;
import io.distributedlock.engine.Transactions.RunningTransaction;
import io.distributedlock.store.ForcedRelease;
import io.distributedlock.store.LockInspection;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.StoreGuarantee;
import io.distributedlock.store.StoreProbe;
import io.distributedlock.store.StoredLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Locks on one or more providers' stores. Thread-safe.
 * <p>
 * {@link #close()} is the orderly shutdown: acquisitions end with a
 * {@link io.distributedlock.LockShutdownException}, leases become lost
 * ({@link Reason#SHUTDOWN}) and expire in the store.
 */
public final class LockEngine implements DistributedLocks, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(LockEngine.class);

	private final EngineSettings settings;

	private final String defaultProvider;

	private final Map<String, LockSpace> spaces;

	private final RunningWork runningWork = new RunningWork();

	private final AtomicBoolean closed = new AtomicBoolean();

	LockEngine(EngineSettings settings, String defaultProvider, List<LockProvider> providers) {
		this.settings = settings;
		this.defaultProvider = defaultProvider;
		Map<String, LockSpace> spaces = new LinkedHashMap<>();
		providers.forEach((provider) -> spaces.put(provider.name(), new LockSpace(provider, settings)));
		this.spaces = spaces;
		space(defaultProvider);
	}

	/**
	 * Starts to describe an engine.
	 * @return a builder
	 */
	public static LockEngineBuilder builder() {
		return new LockEngineBuilder();
	}

	/**
	 * Opens the default provider's store now, so that a misconfiguration shows before the
	 * first lock is asked for.
	 * @throws LockException if the store cannot be opened
	 */
	public void open() {
		space(this.defaultProvider).store();
	}

	/**
	 * Ends work under locks, for a shutdown: closures and annotated methods that run now
	 * keep their locks until they end, and once none runs, none begins any more: it fails
	 * with {@link io.distributedlock.LockShutdownException}. Leases that callers close
	 * themselves are not waited for.
	 * @return completes when nothing runs under a lock
	 */
	public CompletionStage<Void> endWork() {
		return this.runningWork.endAll();
	}

	/**
	 * Returns the name under which other nodes see this one.
	 * @return the node's id
	 */
	public String nodeId() {
		return this.settings.nodeId();
	}

	/**
	 * Returns what every key starts with in the store.
	 * @return the prefix, may be empty
	 */
	public String keyPrefix() {
		return this.settings.keyPrefix();
	}

	/**
	 * Returns the provider of requests that name none.
	 * @return its name
	 */
	public String defaultProvider() {
		return this.defaultProvider;
	}

	/**
	 * Tells the listeners of a lock before anybody asks for it.
	 * @param name the bounded name used in meters and logs
	 * @param provider the provider that will be asked, empty for the default one
	 */
	public void declare(String name, Optional<String> provider) {
		this.settings.listeners().declared(name, provider.orElse(this.defaultProvider));
	}

	/**
	 * Returns what this node holds now, on all providers. Does no I/O.
	 * @return the leases, in no particular order
	 */
	public List<Lease> leases() {
		return this.spaces.values().stream().flatMap(LockSpace::heldHere).toList();
	}

	/**
	 * Counts the acquisitions of this node that want a lock of the default provider:
	 * those that ask for it now and those that wait, behind whatever holder. Does no I/O.
	 * @param key the logical key
	 * @return how many, 0 as well if there can be no such lock
	 */
	public int waiting(String key) {
		return space(this.defaultProvider).queues().size(this.settings.keyPrefix() + key);
	}

	/**
	 * Returns the providers that this node uses: those whose store was opened.
	 * @return their names, the default one first even if it is not open
	 */
	public List<String> providersInUse() {
		return Stream
			.concat(Stream.of(this.defaultProvider),
					this.spaces.values().stream().filter(LockSpace::isOpen).map(LockSpace::name))
			.distinct()
			.toList();
	}

	/**
	 * Returns how long a step of a store may take.
	 * @return the store timeout
	 */
	public Duration storeTimeout() {
		return this.settings.storeTimeout();
	}

	/**
	 * Returns how far the locks of a provider can be trusted. Does no I/O.
	 * @param provider the provider's name
	 * @return what its store guarantees, empty if it does not tell or is not open
	 */
	public Optional<String> guarantee(String provider) {
		return space(provider).openedStore()
			.filter(StoreGuarantee.class::isInstance)
			.map(StoreGuarantee.class::cast)
			.map(StoreGuarantee::guarantee);
	}

	/**
	 * Asks a provider's store whether it works.
	 * @param provider the provider's name
	 * @return how long the store took to answer
	 * @throws LockException if it does not answer within the store timeout, or says that
	 * it cannot grant locks
	 * @throws UnsupportedOperationException if the store cannot be asked
	 */
	public Duration probe(String provider) {
		LockSpace space = space(provider);
		long asked = space.time().nanoTime();
		StoreProbe probe = capability(space, StoreProbe.class);
		try {
			probe.probe();
		}
		catch (RuntimeException ex) {
			throw StoreFailures.ofProbe(provider, ex);
		}
		return Duration.ofNanos(space.time().nanoTime() - asked);
	}

	@Override
	public Lease acquire(LockRequest request) {
		return acquire(resolve(request));
	}

	@Override
	public Optional<Lease> tryAcquire(LockRequest request) {
		return (drive(resolve(request)) instanceof Progress.Acquired acquired) ? Optional.of(acquired.lease())
				: Optional.empty();
	}

	@Override
	public CompletionStage<Lease> acquireAsync(LockRequest request) {
		try {
			ResolvedRequest resolved = resolve(request);
			return new AsyncAcquisition(space(resolved.provider()), resolved).start();
		}
		catch (LockException | IllegalArgumentException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	@Override
	public void run(LockRequest request, Runnable action) {
		this.<Boolean, RuntimeException>call(request, () -> {
			action.run();
			return true;
		});
	}

	@Override
	public <T extends @Nullable Object, E extends Exception> T call(LockRequest request, LockedCallable<T, E> action)
			throws E {
		ResolvedRequest resolved = resolve(request);
		Optional<HeldLease> outer = outerLease(resolved);
		if (outer.isPresent()) {
			return LockedWork.join(outer.get(), action);
		}
		Optional<RunningTransaction> transaction = transaction(request);
		return call(acquire(resolved), resolved, transaction, action);
	}

	@Override
	public <T extends @Nullable Object> CompletionStage<T> callAsync(LockRequest request,
			LockedCallable<? extends CompletionStage<T>, ? extends Exception> action) {
		try {
			ResolvedRequest resolved = resolve(request);
			Optional<HeldLease> outer = leaseOf(resolved, LockContext.leases());
			return outer.isPresent() ? AsyncWork.join(outer.get(), action)
					: new AsyncWork<T>(space(resolved.provider()), resolved, this.runningWork, action).start();
		}
		catch (LockException | IllegalArgumentException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	@Override
	public boolean tryRun(LockRequest request, Runnable action) {
		return this.<Boolean, RuntimeException>tryCall(request, () -> {
			action.run();
			return true;
		}).isPresent();
	}

	@Override
	public <T, E extends Exception> Optional<T> tryCall(LockRequest request, LockedCallable<T, E> action) throws E {
		ResolvedRequest resolved = resolve(request);
		Optional<HeldLease> outer = outerLease(resolved);
		if (outer.isPresent()) {
			return Optional.of(notNull(LockedWork.join(outer.get(), action), request));
		}
		Optional<RunningTransaction> transaction = transaction(request);
		if (drive(resolved) instanceof Progress.Acquired acquired) {
			T result = call(acquired.lease(), resolved, transaction, action);
			return Optional.of(notNull(result, request));
		}
		return Optional.empty();
	}

	@Override
	public Optional<LockInfo> find(String key) {
		LockSpace space = space(this.defaultProvider);
		String storeKey = storeKey(key);
		return step("look up", key, () -> capability(space, LockInspection.class).find(storeKey)).map(this::info);
	}

	@Override
	public List<LockInfo> held(int limit) {
		if (limit < 1) {
			throw new IllegalArgumentException("limit is " + limit + ": it must be at least 1");
		}
		LockSpace space = space(this.defaultProvider);
		String prefix = this.settings.keyPrefix();
		// the lock of a purge may be among them
		int oneMore = Math.max(limit, limit + 1);
		return step("list", prefix, () -> capability(space, LockInspection.class).held(prefix, oneMore)).stream()
			.filter((lock) -> !lock.key().equals(Purges.KEY))
			.limit(limit)
			.map(this::info)
			.toList();
	}

	@Override
	public boolean forceRelease(String key) {
		LockSpace space = space(this.defaultProvider);
		String storeKey = storeKey(key);
		HeldLease heldHere = space.heldHere(storeKey);
		String holder = step("force the release of", key, () -> holder(space, storeKey));
		boolean released = step("force the release of", key,
				() -> capability(space, ForcedRelease.class).forceRelease(storeKey));
		if (released) {
			logger.warn("Lock '{}' of provider '{}' was released by force. It was held by {}, {}", key,
					this.defaultProvider, holder, (heldHere != null) ? "this one, which knows at once"
							: "which learns of it at its next renewal, or when the lease ends");
			if (heldHere != null) {
				heldHere.lose(Reason.FORCE_RELEASED);
			}
		}
		return released;
	}

	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			this.spaces.values().forEach(LockSpace::shutDown);
			this.settings.threads().close();
			this.spaces.values().forEach(LockSpace::close);
		}
	}

	/**
	 * Tells whether nobody on this node holds or waits for a lock.
	 */
	boolean isIdle() {
		return this.spaces.values().stream().allMatch(LockSpace::isIdle);
	}

	private HeldLease acquire(ResolvedRequest request) {
		Progress progress = drive(request);
		if (progress instanceof Progress.NotAcquired refused) {
			throw new LockNotAcquiredException(request.key(), refused.waited(), refused.holder().orElse(null));
		}
		return ((Progress.Acquired) progress).lease();
	}

	private Progress drive(ResolvedRequest request) {
		LockSpace space = space(request.provider());
		Acquisition acquisition = new Acquisition(space, request);
		if (Thread.currentThread().isInterrupted()) {
			throw acquisition.interrupted();
		}
		Progress progress = acquisition.advance();
		while (progress instanceof Progress.Waiting waiting) {
			try {
				waiting.signal().get();
			}
			catch (InterruptedException ex) {
				LockInterruptedException interrupted = acquisition.interrupted();
				Thread.currentThread().interrupt();
				throw interrupted;
			}
			catch (ExecutionException ex) {
				throw new IllegalStateException("a signal only completes", ex);
			}
			progress = acquisition.advance();
		}
		return progress;
	}

	private <T extends @Nullable Object, E extends Exception> T call(HeldLease lease, ResolvedRequest request,
			Optional<RunningTransaction> transaction, LockedCallable<T, E> action) throws E {
		LockedWork work = new LockedWork(lease, request.onLeaseLost(), this.runningWork);
		return transaction.isPresent() ? work.call(transaction.get(), action) : work.call(action);
	}

	private Optional<RunningTransaction> transaction(LockRequest request) {
		return (request.release() == Release.AFTER_TRANSACTION) ? this.settings.transactions().running(request)
				: Optional.empty();
	}

	private Optional<HeldLease> outerLease(ResolvedRequest request) {
		return leaseOf(request, LockContext.leases())
			.or(() -> leaseOf(request, this.settings.transactions().waiting()));
	}

	private Optional<HeldLease> leaseOf(ResolvedRequest request, List<? extends Lease> leases) {
		LockSpace space = space(request.provider());
		for (Lease lease : leases) {
			if (lease instanceof HeldLease outer && outer.belongsTo(space) && outer.key().equals(request.key())
					&& !outer.isClosed()) {
				return Optional.of(outer);
			}
		}
		return Optional.empty();
	}

	private ResolvedRequest resolve(LockRequest request) {
		return ResolvedRequest.resolve(request, this.settings.keyPrefix(), this.defaultProvider,
				this.settings.defaults());
	}

	private String storeKey(String key) {
		return ResolvedRequest.storeKey(this.settings.keyPrefix(), LockRequest.of(key).key());
	}

	private LockSpace space(String provider) {
		LockSpace space = this.spaces.get(provider);
		if (space == null) {
			throw new IllegalArgumentException(
					"Unknown lock provider '%s': use one of %s".formatted(provider, this.spaces.keySet()));
		}
		return space;
	}

	private <C> C capability(LockSpace space, Class<C> capability) {
		Object store = space.store();
		if (!capability.isInstance(store)) {
			throw new UnsupportedOperationException(
					"The store of provider '%s' has no %s".formatted(space.name(), capability.getSimpleName()));
		}
		return capability.cast(store);
	}

	private <R> R step(String name, String key, Supplier<R> step) {
		try {
			return step.get();
		}
		catch (UnsupportedOperationException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			throw StoreFailures.of(name, this.defaultProvider, key, ex);
		}
	}

	private static String holder(LockSpace space, String storeKey) {
		Optional<StoredLock> lock = (space.store() instanceof LockInspection inspection) ? inspection.find(storeKey)
				: Optional.empty();
		return lock.map((held) -> "node '%s' with fencing token %d".formatted(held.node(), held.fencingToken()))
			.orElse("an unknown node");
	}

	private LockInfo info(StoredLock lock) {
		return new LockInfo(lock.key().substring(this.settings.keyPrefix().length()), this.defaultProvider, lock.node(),
				lock.fencingToken(), lock.acquiredAt(), lock.remaining());
	}

	private static <T> T notNull(@Nullable T result, LockRequest request) {
		return Objects.requireNonNull(result,
				() -> "The action under lock '" + request.key() + "' returned null: use tryRun or call");
	}

}
