package io.distributedlock.actuate.board;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.distributedlock.Lease;
import io.distributedlock.LockInfo;
import io.distributedlock.actuate.NodeFigures;
import io.distributedlock.actuate.StoreAnswer;
import io.distributedlock.actuate.StoreQuestion;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.statistics.LockStatistics;

/**
 * Looks at the locks. Asks all stores at once and waits no longer than the store timeout.
 * Thread-safe.
 */
final class BoardSource {

	private static final Comparator<HeldLock> SOONEST_END_FIRST = Comparator
		.comparing((HeldLock lock) -> lock.info().remaining())
		.thenComparing((lock) -> lock.info().key());

	private final LockEngine engine;

	private final LockStatistics statistics;

	private final InstantSource clock;

	private final StoreQuestion<List<LockInfo>> held;

	private final Map<String, StoreQuestion<Duration>> probes = new ConcurrentHashMap<>();

	private final LeaseLengths lengths = new LeaseLengths();

	BoardSource(LockEngine engine, LockStatistics statistics, InstantSource clock) {
		this.engine = engine;
		this.statistics = statistics;
		this.clock = clock;
		this.held = new StoreQuestion<>(() -> engine.held(Board.MOST_LOCKS + 1), engine.storeTimeout());
	}

	Board look() {
		CompletableFuture<StoreAnswer<List<LockInfo>>> held = this.held.ask();
		Map<String, CompletableFuture<StoreAnswer<Duration>>> asked = new LinkedHashMap<>();
		this.engine.providersInUse().forEach((provider) -> asked.put(provider, probe(provider).ask()));
		Map<String, StoreAnswer<Duration>> stores = new LinkedHashMap<>();
		asked.forEach((provider, answer) -> stores.put(provider, answer.join()));
		StoreAnswer<List<LockInfo>> locks = held.join();
		Instant now = this.clock.instant();
		List<Lease> leases = this.engine.leases();
		String provider = this.engine.defaultProvider();
		return new Board(now, this.engine.nodeId(), provider, this.engine.keyPrefix(), this.engine.guarantee(provider),
				stores, heldLocks(locks, leases, now), new NodeFigures(this.statistics.figures(), leases));
	}

	private StoreQuestion<Duration> probe(String provider) {
		return this.probes.computeIfAbsent(provider,
				(name) -> new StoreQuestion<>(() -> this.engine.probe(name), this.engine.storeTimeout()));
	}

	private StoreAnswer<List<HeldLock>> heldLocks(StoreAnswer<List<LockInfo>> answer, List<Lease> leases, Instant now) {
		if (answer instanceof StoreAnswer.Given<List<LockInfo>> given) {
			this.lengths.retain(given.value());
			return new StoreAnswer.Given<>(given.value()
				.stream()
				.map((lock) -> new HeldLock(lock, this.lengths.of(lock, now), this.engine.waiting(lock.key()),
						leases.stream().filter((lease) -> isOf(lease, lock)).findFirst()))
				.sorted(SOONEST_END_FIRST)
				.toList());
		}
		return (answer instanceof StoreAnswer.Unsupported<List<LockInfo>> unsupported)
				? new StoreAnswer.Unsupported<>(unsupported.reason())
				: new StoreAnswer.Failed<>(((StoreAnswer.Failed<List<LockInfo>>) answer).reason());
	}

	private static boolean isOf(Lease lease, LockInfo lock) {
		return lease.key().equals(lock.key()) && lease.provider().equals(lock.provider())
				&& lease.fencingToken() == lock.fencingToken();
	}

}
