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
import io.distributedlock.engine.LockEngine;
import io.distributedlock.statistics.LockStatistics;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

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

	private final SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor("distributed-lock-board-");

	private final Question<List<LockInfo>> held;

	private final Map<String, Question<Duration>> probes = new ConcurrentHashMap<>();

	private final LeaseLengths lengths = new LeaseLengths();

	BoardSource(LockEngine engine, LockStatistics statistics, InstantSource clock) {
		this.engine = engine;
		this.statistics = statistics;
		this.clock = clock;
		this.threads.setDaemon(true);
		this.held = new Question<>(() -> engine.held(Board.MOST_LOCKS + 1), engine.storeTimeout(), this.threads);
	}

	Board look() {
		CompletableFuture<Answer<List<LockInfo>>> held = this.held.ask();
		Map<String, CompletableFuture<Answer<Duration>>> asked = new LinkedHashMap<>();
		this.engine.providersInUse().forEach((provider) -> asked.put(provider, probe(provider).ask()));
		Map<String, Answer<Duration>> stores = new LinkedHashMap<>();
		asked.forEach((provider, answer) -> stores.put(provider, answer.join()));
		Answer<List<LockInfo>> locks = held.join();
		Instant now = this.clock.instant();
		List<Lease> leases = this.engine.leases();
		String provider = this.engine.defaultProvider();
		return new Board(now, this.engine.nodeId(), provider, this.engine.keyPrefix(), this.engine.guarantee(provider),
				stores, heldLocks(locks, leases, now), new NodeFigures(this.statistics.figures(), leases));
	}

	private Question<Duration> probe(String provider) {
		return this.probes.computeIfAbsent(provider,
				(name) -> new Question<>(() -> this.engine.probe(name), this.engine.storeTimeout(), this.threads));
	}

	private Answer<List<HeldLock>> heldLocks(Answer<List<LockInfo>> answer, List<Lease> leases, Instant now) {
		if (answer instanceof Answer.Given<List<LockInfo>> given) {
			this.lengths.retain(given.value());
			return new Answer.Given<>(given.value()
				.stream()
				.map((lock) -> new HeldLock(lock, this.lengths.of(lock, now), this.engine.waiting(lock.key()),
						leases.stream().filter((lease) -> isOf(lease, lock)).findFirst()))
				.sorted(SOONEST_END_FIRST)
				.toList());
		}
		return (answer instanceof Answer.Failed<List<LockInfo>> failed) ? new Answer.Failed<>(failed.reason())
				: new Answer.Unsupported<>();
	}

	private static boolean isOf(Lease lease, LockInfo lock) {
		return lease.key().equals(lock.key()) && lease.provider().equals(lock.provider())
				&& lease.fencingToken() == lock.fencingToken();
	}

}
