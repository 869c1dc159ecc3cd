package io.distributedlock.actuate.board;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import io.distributedlock.Lease;
import io.distributedlock.LockInfo;
import io.distributedlock.actuate.NodeFigures;
import io.distributedlock.actuate.StoreAnswer;
import io.distributedlock.actuate.StoreQuestion;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.metrics.LeaseId;
import io.distributedlock.statistics.LockStatistics;
import io.distributedlock.time.TimeSource;

/**
 * Looks at the locks. Asks all stores at once and waits no longer than the store timeout.
 * Lists the held ones rarely where that takes long: some stores go through all they have.
 * Thread-safe.
 */
final class BoardSource {

	private static final Comparator<HeldLock> SOONEST_END_FIRST = Comparator
		.comparing((HeldLock lock) -> lock.info().remaining())
		.thenComparing((lock) -> lock.info().key());

	private static final int PAUSE = 10;

	private final LockEngine engine;

	private final LockStatistics statistics;

	private final TimeSource time;

	private final StoreQuestion<Listing> held;

	private final Map<String, StoreQuestion<Duration>> probes = new ConcurrentHashMap<>();

	private final LeaseLengths lengths = new LeaseLengths();

	BoardSource(LockEngine engine, LockStatistics statistics, TimeSource time) {
		this.engine = engine;
		this.statistics = statistics;
		this.time = time;
		this.held = new StoreQuestion<>(this::list, engine.storeTimeout(), PAUSE, time);
	}

	Board look() {
		CompletableFuture<StoreAnswer<Listing>> held = this.held.ask();
		Map<String, CompletableFuture<StoreAnswer<Duration>>> asked = new LinkedHashMap<>();
		this.engine.providersInUse().forEach((provider) -> asked.put(provider, probe(provider).ask()));
		Map<String, StoreAnswer<Duration>> stores = new LinkedHashMap<>();
		asked.forEach((provider, answer) -> stores.put(provider, answer.join()));
		StoreAnswer<Listing> listing = held.join();
		List<Lease> leases = this.engine.leases();
		String provider = this.engine.defaultProvider();
		return new Board(this.time.now(), this.engine.nodeId(), provider, this.engine.keyPrefix(),
				this.engine.guarantee(provider), stores, heldLocks(listing, leases),
				new NodeFigures(this.statistics.figures(), leases));
	}

	private Listing list() {
		List<LockInfo> locks = this.engine.held(Board.MOST_LOCKS + 1);
		return new Listing(this.time.now(), locks);
	}

	private StoreQuestion<Duration> probe(String provider) {
		return this.probes.computeIfAbsent(provider,
				(name) -> new StoreQuestion<>(() -> this.engine.probe(name), this.engine.storeTimeout()));
	}

	private StoreAnswer<HeldLocks> heldLocks(StoreAnswer<Listing> answer, List<Lease> leases) {
		if (answer instanceof StoreAnswer.Given<Listing> given) {
			return new StoreAnswer.Given<>(heldLocks(given.value(), leases));
		}
		return (answer instanceof StoreAnswer.Unsupported<Listing> unsupported)
				? new StoreAnswer.Unsupported<>(unsupported.reason())
				: new StoreAnswer.Failed<>(((StoreAnswer.Failed<Listing>) answer).reason());
	}

	private HeldLocks heldLocks(Listing listing, List<Lease> leases) {
		Map<LeaseId, Lease> own = leases.stream().collect(Collectors.toMap(LeaseId::of, (lease) -> lease));
		this.lengths.retain(listing.locks());
		return new HeldLocks(listing.at(),
				listing.locks()
					.stream()
					.map((lock) -> new HeldLock(lock, this.lengths.of(lock, listing.at()),
							this.engine.waiting(lock.key()), Optional.ofNullable(own.get(LeaseId.of(lock)))))
					.sorted(SOONEST_END_FIRST)
					.toList());
	}

	private record Listing(Instant at, List<LockInfo> locks) {
	}

}
