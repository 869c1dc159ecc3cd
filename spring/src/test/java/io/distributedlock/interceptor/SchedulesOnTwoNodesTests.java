package io.distributedlock.interceptor;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes that share a store, and whose clocks are 200 ms apart.
 */
@Timeout(60)
class SchedulesOnTwoNodesTests {

	private static final int TICKS = 3;

	private final MemoryLockStore store = new MemoryLockStore(TimeSource.system());

	private final List<Instant> ticks = new CopyOnWriteArrayList<>();

	@Test
	void eachTickRunsOnOneNodeIfTheLockIsHeldForLongerThanTheClocksDiffer() throws InterruptedException {
		runFor("900ms", TICKS);

		assertThat(this.ticks).doesNotHaveDuplicates();
	}

	@Test
	void eachTickRunsOnBothNodesIfTheLockIsNotHeldOn() throws InterruptedException {
		runFor("0s", TICKS * 2);

		assertThat(this.ticks)
			.anySatisfy((tick) -> assertThat(this.ticks).filteredOn((other) -> other.equals(tick)).hasSize(2));
	}

	private void runFor(String minHold, int runs) throws InterruptedException {
		CountDownLatch ran = new CountDownLatch(runs);
		Clock clock = Clock.systemUTC();
		Clock fast = Clock.offset(clock, Duration.ofMillis(200));
		Map<String, Object> properties = Map.of("min-hold", minHold);
		try (ScheduledNode one = node(clock, properties, ran); ScheduledNode two = node(fast, properties, ran)) {
			assertThat(one.get(Job.class)).isNotSameAs(two.get(Job.class));
			assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue();
		}
	}

	private ScheduledNode node(Clock clock, Map<String, Object> properties, CountDownLatch ran) {
		return ScheduledNode.of(this.store, clock, properties, Job.class, () -> new Job(clock, this.ticks, ran));
	}

	static class Job {

		private final Clock clock;

		private final List<Instant> ticks;

		private final CountDownLatch ran;

		Job(Clock clock, List<Instant> ticks, CountDownLatch ran) {
			this.clock = clock;
			this.ticks = ticks;
			this.ran = ran;
		}

		@Scheduled(cron = "* * * * * *", zone = "UTC")
		@DistributedLock(key = "job", minHold = "${min-hold}")
		public void tick() {
			this.ticks.add(this.clock.instant().truncatedTo(ChronoUnit.SECONDS));
			this.ran.countDown();
		}

	}

}
