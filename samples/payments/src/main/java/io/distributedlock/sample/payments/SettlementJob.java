package io.distributedlock.sample.payments;

import java.time.Duration;
import java.time.Instant;

import io.distributedlock.Lease;
import io.distributedlock.LockContext;
import io.distributedlock.annotation.DistributedLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Settles what was captured, every two seconds, on one node.
 */
@Component
class SettlementJob {

	private static final Logger logger = LoggerFactory.getLogger(SettlementJob.class);

	private static final int TICK_SECONDS = 2;

	private final Settlements settlements;

	private final Duration time;

	SettlementJob(Settlements settlements, PaymentsProperties properties) {
		this.settlements = settlements;
		this.time = properties.settlementTime();
	}

	/**
	 * Runs on the first node that gets the lock; the others skip the tick. The lock stays
	 * taken for most of the tick, so that a node which is late does not run it again.
	 * Should a node die while it settles, another follows when its lease has expired.
	 * @throws InterruptedException if this node shuts down
	 */
	@Scheduled(cron = "*/" + TICK_SECONDS + " * * * * *")
	@DistributedLock(ttl = "5s", minHold = "1500ms")
	public void settle() throws InterruptedException {
		Lease lease = LockContext.current().orElseThrow();
		Instant tick = nearestTick();
		logger.info("Settling {} with fencing token {}", tick, lease.fencingToken());
		Thread.sleep(this.time.toMillis());
		int captures = this.settlements.record(tick, lease.fencingToken());
		logger.info("Settled {}: {} captures", tick, captures);
	}

	/**
	 * The tick nearest to now: a node that is late or early by a little means the same.
	 */
	private static Instant nearestTick() {
		double ticks = Instant.now().toEpochMilli() / (TICK_SECONDS * 1000.0);
		return Instant.ofEpochSecond(Math.round(ticks) * TICK_SECONDS);
	}

}
