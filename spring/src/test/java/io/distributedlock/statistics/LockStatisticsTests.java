package io.distributedlock.statistics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.distributedlock.AcquisitionOutcome;
import io.distributedlock.LeaseLost;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LockAttempt;
import io.distributedlock.metrics.LockNames;
import io.micrometer.core.instrument.MockClock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class LockStatisticsTests {

	private final MockClock clock = new MockClock();

	private final LockStatistics statistics = new LockStatistics(new LockNames(), this.clock);

	@Test
	void declaredLockIsThereBeforeAnybodyAsks() {
		this.statistics.declared("Shop.pay", "jdbc");

		LockFigures figures = figures();
		assertThat(figures.name()).isEqualTo("Shop.pay");
		assertThat(figures.provider()).isEqualTo("jdbc");
		assertThat(figures.contentionRatio()).isZero();
		assertThat(figures.acquisition()).isEqualTo(new DurationSummary(0, Duration.ZERO, Duration.ZERO));
		assertThat(figures.recent()).hasSize(30);
	}

	@Test
	void acquisitionsAreCountedByOutcome() {
		acquire(AcquisitionOutcome.ACQUIRED, 10);
		acquire(AcquisitionOutcome.ACQUIRED, 30);
		acquire(AcquisitionOutcome.NOT_ACQUIRED, 20);
		acquire(AcquisitionOutcome.ERROR, 5_000);
		acquire(AcquisitionOutcome.INTERRUPTED, 5_000);

		LockFigures figures = figures();
		assertThat(figures.acquired()).isEqualTo(2);
		assertThat(figures.notAcquired()).isOne();
		assertThat(figures.errors()).isOne();
		assertThat(figures.waiting()).isZero();
		assertThat(figures.acquisition())
			.isEqualTo(new DurationSummary(3, Duration.ofMillis(20), Duration.ofMillis(30)));
	}

	@Test
	void acquisitionThatFoundTheLockHeldIsWaitingUntilItEnds() {
		LockAttempt free = attempt();
		LockAttempt held = attempt();
		this.statistics.acquisitionBegun(free);
		this.statistics.acquisitionBegun(held);
		this.statistics.contended(held);
		assertThat(figures().waiting()).isOne();
		this.statistics.acquisitionEnded(free, AcquisitionOutcome.ACQUIRED, Duration.ZERO);
		assertThat(figures().waiting()).isOne();
		this.statistics.acquisitionEnded(held, AcquisitionOutcome.NOT_ACQUIRED, Duration.ZERO);
		assertThat(figures().waiting()).isZero();
	}

	@Test
	void contentionRatioIsOfThoseThatWereAnswered() {
		acquire(AcquisitionOutcome.ACQUIRED, 10);
		acquire(AcquisitionOutcome.ACQUIRED, 10);
		acquire(AcquisitionOutcome.ACQUIRED, 10);
		this.statistics.contended(attempt());
		acquire(AcquisitionOutcome.NOT_ACQUIRED, 10);

		assertThat(figures().contentionRatio()).isEqualTo(0.25);
	}

	@Test
	void percentilesAreWithinATenth() {
		for (int millis = 1; millis <= 1_000; millis++) {
			acquire(AcquisitionOutcome.ACQUIRED, millis);
		}

		Latency latency = figures().latency();
		assertThat(latency.p50().toMillis()).isCloseTo(500, within(50L));
		assertThat(latency.p95().toMillis()).isCloseTo(950, within(95L));
		assertThat(latency.p99().toMillis()).isCloseTo(990, within(99L));
	}

	@Test
	void whatIsOlderThanFiveMinutesIsCountedButNotRecent() {
		acquire(AcquisitionOutcome.ACQUIRED, 700);
		this.clock.add(Duration.ofMinutes(6));
		acquire(AcquisitionOutcome.ACQUIRED, 100);

		LockFigures figures = figures();
		assertThat(figures.acquisition().count()).isEqualTo(2);
		assertThat(figures.acquisition().mean()).isEqualTo(Duration.ofMillis(400));
		assertThat(figures.acquisition().max()).isEqualTo(Duration.ofMillis(100));
		assertThat(figures.latency().p99().toMillis()).isCloseTo(100, within(10L));
		assertThat(figures.recent().stream().mapToLong(Interval::acquisitions).sum()).isOne();
	}

	@Test
	void recentTimeIsCutIntoIntervalsOfTenSeconds() {
		acquire(AcquisitionOutcome.ACQUIRED, 10);
		acquire(AcquisitionOutcome.ACQUIRED, 30);
		this.clock.add(Duration.ofSeconds(20));
		this.statistics.contended(attempt());
		acquire(AcquisitionOutcome.NOT_ACQUIRED, 50);

		List<Interval> recent = figures().recent();
		Instant now = Instant.ofEpochMilli(this.clock.wallTime());
		assertThat(recent.get(29).start()).isBetween(now.minusSeconds(10), now);
		assertThat(recent.get(27)).usingRecursiveComparison()
			.ignoringFields("start")
			.isEqualTo(new Interval(now, 2, 0, Duration.ofMillis(20), Duration.ofMillis(30)));
		assertThat(recent.get(28).acquisitions()).isZero();
		assertThat(recent.get(29)).usingRecursiveComparison()
			.ignoringFields("start")
			.isEqualTo(new Interval(now, 1, 1, Duration.ofMillis(50), Duration.ofMillis(50)));
		assertThat(recent).extracting(Interval::start).isSorted();
	}

	@Test
	void lossesAreCounted() {
		this.statistics.lost(new LeaseLost("order:42", "Shop.pay", "jdbc", 7, Reason.REFUSED, Instant.EPOCH));
		assertThat(figures().lost()).isOne();
	}

	@Test
	void namesBeyondTheLimitAreOneLock() {
		for (int i = 0; i < 250; i++) {
			this.statistics.declared("lock-" + i, "jdbc");
		}
		assertThat(this.statistics.figures()).hasSize(201)
			.extracting(LockFigures::name)
			.contains(LockNames.OTHER, "lock-199")
			.doesNotContain("lock-200");
	}

	private void acquire(AcquisitionOutcome outcome, long millis) {
		LockAttempt attempt = attempt();
		this.statistics.acquisitionBegun(attempt);
		this.statistics.acquisitionEnded(attempt, outcome, Duration.ofMillis(millis));
	}

	private static LockAttempt attempt() {
		return new LockAttempt("order:42", "Shop.pay", "jdbc");
	}

	private LockFigures figures() {
		return this.statistics.figures().get(0);
	}

}
