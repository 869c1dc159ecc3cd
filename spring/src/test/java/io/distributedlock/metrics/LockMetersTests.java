package io.distributedlock.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.distributedlock.AcquisitionOutcome;
import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LockAttempt;
import io.distributedlock.LockStoreException;
import io.distributedlock.StaleFencingTokenException;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.search.RequiredSearch;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class LockMetersTests {

	private static final String NAME = "OrderService.capture";

	private final StaleFencingTokenException rejection = new StaleFencingTokenException("order:42", 1, 2);

	private final MockClock clock = new MockClock();

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, this.clock);

	private final LockMeters meters = new LockMeters(this.registry, new LockNames());

	@Test
	void declaredLockHasEveryMeterAtZero() {
		this.meters.declared(NAME, "redis");

		assertThat(this.registry.getMeters()).extracting(LockMetersTests::describe)
			.containsExactlyInAnyOrder("TIMER distributed.lock.acquisition outcome=acquired",
					"TIMER distributed.lock.acquisition outcome=not_acquired",
					"TIMER distributed.lock.acquisition outcome=error",
					"TIMER distributed.lock.acquisition outcome=interrupted", "COUNTER distributed.lock.contention",
					"TIMER distributed.lock.hold", "LONG_TASK_TIMER distributed.lock.active",
					"GAUGE distributed.lock.waiting", "COUNTER distributed.lock.renewals outcome=renewed",
					"COUNTER distributed.lock.renewals outcome=failed", "COUNTER distributed.lock.lost reason=refused",
					"COUNTER distributed.lock.lost reason=deadline", "COUNTER distributed.lock.lost reason=max_hold",
					"COUNTER distributed.lock.lost reason=force_released",
					"COUNTER distributed.lock.lost reason=shutdown", "COUNTER distributed.lock.fencing.rejections");
		assertThat(this.registry.getMeters()).allSatisfy((meter) -> {
			assertThat(meter.getId().getDescription()).isNotBlank();
			assertThat(meter.getId().getTag("lock")).isEqualTo(NAME);
			assertThat(meter.getId().getTag("provider")).isEqualTo("redis");
			assertThat(meter.measure()).allSatisfy((measurement) -> assertThat(measurement.getValue()).isZero());
		});
	}

	@ParameterizedTest
	@CsvSource({ "ACQUIRED, acquired", "NOT_ACQUIRED, not_acquired", "ERROR, error", "INTERRUPTED, interrupted" })
	void acquisitionIsTimedByOutcome(AcquisitionOutcome outcome, String tag) {
		this.meters.acquisitionEnded(attempt(), outcome, Duration.ofMillis(20));

		assertThat(find("acquisition").tag("outcome", tag).timer().count()).isOne();
		assertThat(find("acquisition").tag("outcome", tag).timer().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(20);
		assertThat(find("acquisition").timers().stream().mapToLong(Timer::count).sum()).isOne();
	}

	@Test
	void acquisitionThatFoundTheLockHeldIsWaitingUntilItEnds() {
		LockAttempt free = attempt();
		LockAttempt held = attempt();
		this.meters.contended(held);
		assertThat(find("waiting").gauge().value()).isEqualTo(1);

		this.meters.acquisitionEnded(free, AcquisitionOutcome.ACQUIRED, Duration.ZERO);
		assertThat(find("waiting").gauge().value()).isEqualTo(1);
		this.meters.acquisitionEnded(held, AcquisitionOutcome.NOT_ACQUIRED, Duration.ZERO);
		assertThat(find("waiting").gauge().value()).isZero();
	}

	@Test
	void contentionIsCounted() {
		this.meters.contended(attempt());
		assertThat(find("contention").counter().count()).isEqualTo(1);
	}

	@Test
	void leaseIsActiveFromGrantToRelease() {
		Lease lease = lease(1);
		this.meters.acquired(lease, Duration.ZERO);
		this.clock.add(Duration.ofSeconds(3));
		assertThat(activeLeases()).isOne();
		assertThat(find("active").longTaskTimer().max(TimeUnit.SECONDS)).isEqualTo(3);

		this.meters.released(lease, Duration.ofSeconds(3));
		assertThat(activeLeases()).isZero();
		assertThat(find("hold").timer().totalTime(TimeUnit.SECONDS)).isEqualTo(3);
	}

	@Test
	void leaseThatIsLostAndThenReleasedEndsOnce() {
		this.meters.acquired(lease(1), Duration.ZERO);
		this.meters.acquired(lease(2), Duration.ZERO);

		this.meters.lost(loss(1, Reason.DEADLINE));
		this.meters.released(lease(1), Duration.ofSeconds(30));
		assertThat(activeLeases()).isOne();
	}

	@Test
	void leaseThatIsReleasedAndThenFoundLostEndsOnce() {
		this.meters.acquired(lease(1), Duration.ZERO);
		this.meters.acquired(lease(2), Duration.ZERO);

		this.meters.released(lease(1), Duration.ofSeconds(30));
		this.meters.lost(loss(1, Reason.REFUSED));
		assertThat(activeLeases()).isOne();
	}

	@Test
	void leaseWhoseLossIsAnnouncedBeforeItsGrantIsNotActive() {
		Lease lease = lease(1);
		given(lease.isHeld()).willReturn(false);

		this.meters.lost(loss(1, Reason.DEADLINE));
		this.meters.acquired(lease, Duration.ZERO);
		assertThat(activeLeases()).isZero();
	}

	@ParameterizedTest
	@EnumSource(Reason.class)
	void lossIsCountedByReason(Reason reason) {
		this.meters.lost(loss(1, reason));
		assertThat(find("lost").tag("reason", reason.name().toLowerCase(Locale.ROOT)).counter().count()).isEqualTo(1);
	}

	@Test
	void renewalsAreCountedByOutcome() {
		this.meters.renewed(lease(1));
		this.meters.renewed(lease(1));
		this.meters.renewalFailed(lease(1), new LockStoreException("down", null));

		assertThat(find("renewals").tag("outcome", "renewed").counter().count()).isEqualTo(2);
		assertThat(find("renewals").tag("outcome", "failed").counter().count()).isEqualTo(1);
	}

	@Test
	void namesBeyondTheLimitAreOther() {
		for (int i = 0; i < 250; i++) {
			this.meters.contended(new LockAttempt("order:42", "lock-" + i, "redis"));
		}
		List<String> names = this.registry.find("distributed.lock.contention")
			.counters()
			.stream()
			.map((counter) -> counter.getId().getTag("lock"))
			.toList();
		assertThat(names).hasSize(201).contains("lock-199", LockNames.OTHER).doesNotContain("lock-200");
		assertThat(this.registry.get("distributed.lock.contention").tag("lock", LockNames.OTHER).counter().count())
			.isEqualTo(50);
	}

	@Test
	void fencingRejectionsAreCountedByLockAndProvider() {
		this.meters.fencingRejected(this.rejection, attempt());
		this.meters.fencingRejected(this.rejection, new LockAttempt("order:43", NAME, "redis"));
		assertThat(find("fencing.rejections").counter().count()).isEqualTo(2);
	}

	@Test
	void fencingRejectionsWithoutALockAreCounted() {
		this.meters.fencingRejected(this.rejection, null);
		assertThat(this.registry.get("distributed.lock.fencing.rejections")
			.tags("lock", "none", "provider", "none")
			.counter()
			.count()).isEqualTo(1);
		assertThat(this.registry.getMeters()).hasSize(1);
	}

	private RequiredSearch find(String meter) {
		return this.registry.get("distributed.lock." + meter).tags("lock", NAME, "provider", "redis");
	}

	private int activeLeases() {
		return find("active").longTaskTimer().activeTasks();
	}

	private static LockAttempt attempt() {
		return new LockAttempt("order:42", NAME, "redis");
	}

	private static Lease lease(long token) {
		Lease lease = mock();
		given(lease.key()).willReturn("order:42");
		given(lease.name()).willReturn(NAME);
		given(lease.provider()).willReturn("redis");
		given(lease.fencingToken()).willReturn(token);
		given(lease.isHeld()).willReturn(true);
		return lease;
	}

	private static LeaseLost loss(long token, Reason reason) {
		return new LeaseLost("order:42", NAME, "redis", token, reason, Instant.EPOCH);
	}

	private static String describe(Meter meter) {
		StringBuilder text = new StringBuilder(meter.getId().getType() + " " + meter.getId().getName());
		meter.getId()
			.getTags()
			.stream()
			.filter((tag) -> !tag.getKey().equals("lock") && !tag.getKey().equals("provider"))
			.forEach((tag) -> text.append(" ").append(tag.getKey()).append("=").append(tag.getValue()));
		return text.toString();
	}

}
