package io.distributedlock.actuate.board;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.actuate.StoreAnswer;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.metrics.LockNames;
import io.distributedlock.statistics.LockStatistics;
import io.distributedlock.store.LockInspection;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.StoreProbe;
import io.distributedlock.test.ControllableTime;
import io.distributedlock.time.TimeSource;
import io.micrometer.core.instrument.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.withSettings;

@Timeout(60)
class BoardSourceTests {

	private final LockStatistics statistics = new LockStatistics(new LockNames(), Clock.SYSTEM);

	@Test
	void showsWhatTheClusterHoldsAndMarksWhatThisNodeDoes() {
		MemoryLockStore store = new MemoryLockStore(TimeSource.system());
		try (LockEngine here = engine(store, Duration.ofSeconds(30));
				LockEngine there = LockEngine.builder()
					.nodeId("there")
					.provider(new LockProvider("memory", () -> store))
					.defaultProvider("memory")
					.build();
				Lease own = here.acquire(LockRequest.of("b").withName("Shop.pay").withTtl(Duration.ofMinutes(1)));
				Lease foreign = there.acquire(LockRequest.of("a").withTtl(Duration.ofMinutes(2)))) {
			Board board = new BoardSource(here, this.statistics, TimeSource.system()).look();

			assertThat(held(board)).extracting((lock) -> lock.info().key()).containsExactly(own.key(), foreign.key());
			assertThat(held(board).get(0).lease()).contains(own);
			assertThat(held(board).get(1).lease()).isEmpty();
			assertThat(board.figures().all()).singleElement()
				.satisfies((figures) -> assertThat(board.figures().held(figures)).isOne());
			assertThat(board.stores().get("memory")).isInstanceOf(StoreAnswer.Given.class);
			assertThat(board.guarantee()).isPresent();
		}
	}

	@Test
	void doesNotWaitForAStoreThatHangs() throws InterruptedException {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		LockStore hanging = new ProbedStore(() -> {
			asked.countDown();
			try {
				assertThat(end.await(30, TimeUnit.SECONDS)).isTrue();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
		try (LockEngine engine = engine(hanging, Duration.ofMillis(50))) {
			engine.open();
			Board board = new BoardSource(engine, this.statistics, TimeSource.system()).look();
			assertThat(board.stores().get("memory")).isEqualTo(new StoreAnswer.Failed<>("no answer within 50 ms"));
			assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
			end.countDown();
		}
	}

	@Test
	void tellsThatAStoreCannotListItsLocks() {
		LockStore store = new ProbedStore(() -> {
		});
		try (LockEngine engine = engine(store, Duration.ofSeconds(30))) {
			Board board = new BoardSource(engine, this.statistics, TimeSource.system()).look();
			assertThat(board.stores().get("memory")).isInstanceOf(StoreAnswer.Given.class);
			assertThat(board.held())
				.isEqualTo(new StoreAnswer.Unsupported<>("The store of provider 'memory' has no LockInspection"));
		}
	}

	@Test
	void tellsWhyAStoreFails() {
		LockStore failing = new ProbedStore(() -> {
			throw new IllegalStateException("gone");
		});
		try (LockEngine engine = engine(failing, Duration.ofSeconds(30))) {
			Board board = new BoardSource(engine, this.statistics, TimeSource.system()).look();
			assertThat(board.stores().get("memory")).isEqualTo(new StoreAnswer.Failed<>(
					"Store of provider 'memory' does not work: java.lang.IllegalStateException: gone"));
		}
	}

	@Test
	void listsTheLocksRarelyWhereThatTakesLong() {
		ControllableTime time = new ControllableTime();
		LockStore store = mock(LockStore.class, withSettings().extraInterfaces(LockInspection.class, StoreProbe.class));
		given(((LockInspection) store).held(any(), anyInt())).willAnswer((call) -> {
			time.advance(Duration.ofSeconds(1));
			return List.of();
		});
		try (LockEngine engine = engine(store, Duration.ofSeconds(30))) {
			BoardSource source = new BoardSource(engine, this.statistics, time);
			source.look();
			time.advance(Duration.ofSeconds(9));
			assertThat(source.look().held())
				.isEqualTo(new StoreAnswer.Given<>(new HeldLocks(time.now().minusSeconds(9), List.of())));
			then((LockInspection) store).should(times(1)).held(any(), anyInt());
			then((StoreProbe) store).should(times(2)).probe();
			time.advance(Duration.ofSeconds(1));
			source.look();
			then((LockInspection) store).should(times(2)).held(any(), anyInt());
		}
	}

	private LockEngine engine(LockStore store, Duration timeout) {
		return LockEngine.builder()
			.nodeId("here")
			.keyPrefix("")
			.provider(new LockProvider("memory", () -> store))
			.defaultProvider("memory")
			.storeTimeout(timeout)
			.listener(this.statistics)
			.build();
	}

	private static List<HeldLock> held(Board board) {
		return ((StoreAnswer.Given<HeldLocks>) board.held()).value().locks();
	}

}
