package io.distributedlock.interceptor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.distributedlock.Lease;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Subscriptions of two nodes, on a single thread that must not block.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PublisherRaceTests {

	private final MemoryLockStore store = new MemoryLockStore(TimeSource.system());

	private final StoreOffTheEventLoop watched = new StoreOffTheEventLoop(this.store);

	private final List<LockedNode> nodes = List.of(new LockedNode("a", this.store, Counter.class),
			new LockedNode("b", this.store, Counter.class), new LockedNode("c", this.watched, Counter.class));

	private final Scheduler eventLoop = Schedulers.newParallel("event-loop", 1);

	private final Meeting meeting = new Meeting();

	@AfterEach
	void close() {
		this.eventLoop.dispose();
		this.nodes.forEach(LockedNode::close);
	}

	@Test
	void waitingBlocksNoEventLoop() {
		Lease lease = this.nodes.get(2).hold("contended");
		List<Mono<Long>> waiting = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			waiting.add(this.nodes.get(2)
				.get(Counter.class)
				.count(this.meeting, this.eventLoop)
				.subscribeOn(this.eventLoop));
		}
		Mono<Long> release = Mono.delay(Duration.ofMillis(20), this.eventLoop)
			.publishOn(Schedulers.boundedElastic())
			.doOnNext((tick) -> lease.close());

		Long ended = Flux.merge(Flux.merge(Flux.fromIterable(waiting), 200), release)
			.count()
			.block(LockedNode.PATIENCE);

		assertThat(ended).isEqualTo(201);
		assertThat(this.meeting.most()).isOne();
		assertThat(this.watched.stepsOnTheEventLoop()).isZero();
	}

	@Test
	void racesOfSubscriptionsAndCancellationsLeaveNoLease() throws InterruptedException {
		long seed = Long.getLong("distributed-lock.test.seed", System.nanoTime());
		System.out.println("Race of subscriptions with -Ddistributed-lock.test.seed=" + seed);
		Random random = new Random(seed);
		AtomicInteger ended = new AtomicInteger();
		AtomicInteger done = new AtomicInteger();
		int rounds = 600;
		for (int i = 0; i < rounds; i++) {
			Disposable subscription = counter(i).count(this.meeting, this.eventLoop)
				.doOnNext((number) -> done.incrementAndGet())
				.subscribeOn(this.eventLoop)
				.doFinally((signal) -> ended.incrementAndGet())
				.subscribe();
			if (random.nextInt(3) > 0) {
				Schedulers.parallel().schedule(subscription::dispose, random.nextInt(3000), TimeUnit.MICROSECONDS);
			}
			if (random.nextInt(10) == 0) {
				TimeUnit.MILLISECONDS.sleep(1);
			}
		}
		long until = System.nanoTime() + Duration.ofSeconds(40).toNanos();
		while (ended.get() < rounds) {
			assertThat(until - System.nanoTime()).as("time left for %d of %d to end", ended.get(), rounds).isPositive();
			TimeUnit.MILLISECONDS.sleep(5);
		}
		this.nodes.get(0).awaitFree("contended");
		for (LockedNode node : this.nodes) {
			assertThat(node.locks.endWork().toCompletableFuture()).succeedsWithin(LockedNode.PATIENCE);
		}
		assertThat(done).hasValueGreaterThan(100);
		assertThat(this.meeting.most()).isOne();
	}

	private Counter counter(int i) {
		return this.nodes.get(i % 2).get(Counter.class);
	}

	static class Counter {

		@DistributedLock(key = "contended", waitTime = "30s")
		public Mono<Long> count(Meeting meeting, Scheduler scheduler) {
			Runnable leave = meeting.enter();
			return Mono.delay(Duration.ofNanos(100_000), scheduler).doOnTerminate(leave).doOnCancel(leave);
		}

	}

	/** Notices who is there at the same time. */
	static class Meeting {

		private final AtomicInteger present = new AtomicInteger();

		private final AtomicInteger most = new AtomicInteger();

		/** Returns how to leave. */
		Runnable enter() {
			this.most.accumulateAndGet(this.present.incrementAndGet(), Math::max);
			AtomicBoolean left = new AtomicBoolean();
			return () -> {
				if (left.compareAndSet(false, true)) {
					this.present.decrementAndGet();
				}
			};
		}

		int most() {
			return this.most.get();
		}

	}

}
