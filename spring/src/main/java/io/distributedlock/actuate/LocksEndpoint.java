package io.distributedlock.actuate;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.distributedlock.InvalidLockKeyException;
import io.distributedlock.Lease;
import io.distributedlock.LockStoreException;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.statistics.LockFigures;
import io.distributedlock.statistics.LockStatistics;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;

/**
 * Actuator endpoint that shows the locks of this node, looks up a lock in the store of
 * the default provider, and releases it by force. Thread-safe.
 */
@Endpoint(id = "distributedlocks", defaultAccess = Access.READ_ONLY)
public class LocksEndpoint {

	static final int MOST_LEASES = 1_000;

	private static final Logger logger = LoggerFactory.getLogger(LocksEndpoint.class);

	private final Supplier<LockEngine> engine;

	private final LockStatistics statistics;

	/**
	 * Creates an instance.
	 * @param engine the locks, asked for with each operation
	 * @param statistics what happened to them
	 */
	public LocksEndpoint(Supplier<LockEngine> engine, LockStatistics statistics) {
		this.engine = engine;
		this.statistics = statistics;
	}

	/**
	 * Describes the locks of this node. Does not ask any store.
	 * @return the locks
	 */
	@ReadOperation
	public LocksDescriptor locks() {
		LockEngine engine = this.engine.get();
		List<Lease> leases = engine.leases();
		return new LocksDescriptor(engine.defaultProvider(), engine.nodeId(), engine.keyPrefix(),
				describeLocks(leases, engine.defaultProvider()), describeLeases(leases));
	}

	/**
	 * Asks the default provider's store who holds a lock.
	 * @param key the logical key
	 * @return the holder, {@code null} if the lock is free
	 * @throws InvalidLockKeyException if there can be no such lock
	 * @throws LockStoreException if the store fails
	 * @throws UnsupportedOperationException if the store cannot tell
	 */
	@ReadOperation
	public @Nullable HeldLockDescriptor lock(@Selector(match = Match.ALL_REMAINING) String key) {
		return this.engine.get().find(key).map(HeldLockDescriptor::of).orElse(null);
	}

	/**
	 * Takes a lock of the default provider away from whoever holds it.
	 * @param key the logical key
	 * @return whether the lock was released
	 * @throws InvalidLockKeyException if there can be no such lock
	 * @throws LockStoreException if the store fails
	 * @throws UnsupportedOperationException if the store cannot do it
	 */
	@DeleteOperation
	public ForcedReleaseDescriptor forceRelease(@Selector(match = Match.ALL_REMAINING) String key) {
		return forceRelease(key, "unknown");
	}

	ForcedReleaseDescriptor forceRelease(String key, String requester) {
		LockEngine engine = this.engine.get();
		boolean released = engine.forceRelease(key);
		logger.info("The release of lock '{}' of provider '{}' by force was asked for by {}: {}", key,
				engine.defaultProvider(), requester, released ? "released" : "it was free");
		return new ForcedReleaseDescriptor(key, engine.defaultProvider(), released);
	}

	String provider() {
		return this.engine.get().defaultProvider();
	}

	private Map<String, LockDescriptor> describeLocks(List<Lease> leases, String defaultProvider) {
		NodeFigures node = new NodeFigures(this.statistics.figures(), leases);
		Map<String, LockDescriptor> locks = new LinkedHashMap<>();
		for (LockFigures figures : node.all()) {
			locks.put(id(figures.name(), figures.provider(), defaultProvider),
					LockDescriptor.of(figures, node.held(figures)));
		}
		return locks;
	}

	private static String id(String name, String provider, String defaultProvider) {
		return provider.equals(defaultProvider) ? name : name + "@" + provider;
	}

	private static List<LeaseDescriptor> describeLeases(List<Lease> leases) {
		return leases.stream()
			.map(LeaseDescriptor::of)
			.sorted(Comparator.comparingLong(LeaseDescriptor::remainingMillis).thenComparing(LeaseDescriptor::key))
			.limit(MOST_LEASES)
			.toList();
	}

}
