package io.distributedlock.engine;

import java.time.Duration;
import java.util.Optional;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LockStoreException;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.Renewal;
import io.distributedlock.engine.RecordingStore.Step;
import org.junit.jupiter.api.Test;

import static io.distributedlock.engine.HoldingNode.KEY;
import static io.distributedlock.engine.HoldingNode.NANO;
import static io.distributedlock.engine.HoldingNode.TTL;
import static io.distributedlock.engine.HoldingNode.seconds;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A lease that may be renewed only for so long.
 */
class LongestHoldTests {

	private static final Duration MAX = Duration.ofSeconds(65);

	private final HoldingNode node = HoldingNode.start();

	@Test
	void theLeaseIsRenewedUntilItsLongestHoldTimeAndThenLost() {
		Lease lease = this.node.engine().acquire(HoldingNode.request().withMaxHold(MAX));
		this.node.pass(seconds(64.7).minus(NANO));
		assertThat(lease.isHeld()).isTrue();
		this.node.pass(NANO);
		assertThat(lease.isHeld()).isFalse();
		assertThat(this.node.listener().reasons()).containsExactly(Reason.MAX_HOLD);
	}

	@Test
	void theLastRenewalIsCutShortSoThatTheStoreFreesTheLockInTime() {
		Lease lease = this.node.engine().acquire(HoldingNode.request().withMaxHold(MAX));
		long start = this.node.time().nanoTime();
		this.node.pass(MAX);
		assertThat(this.node.store().sent(Step.RENEW)).hasSize(4)
			.allSatisfy((each) -> assertThat(each.at() + each.duration().toNanos() - start)
				.isLessThanOrEqualTo(MAX.toNanos()));
		assertThat(this.node.store().isHeld(KEY)).isFalse();
		lease.close();
		this.node.pass(TTL);
		assertThat(this.node.listener().losses()).hasSize(1);
	}

	@Test
	void aLongestHoldTimeBelowTheTtlIsTheTtl() {
		Lease lease = this.node.engine().acquire(HoldingNode.request().withMaxHold(seconds(5)));
		assertThat(this.node.store().sent(Step.ACQUIRE)).singleElement()
			.satisfies((sent) -> assertThat(sent.duration()).isEqualTo(seconds(5)));
		assertThat(lease.remaining()).isEqualTo(seconds(4.95));
		this.node.pass(seconds(5));
		assertThat(this.node.store().sent(Step.RENEW)).isEmpty();
		assertThat(this.node.listener().reasons()).containsExactly(Reason.MAX_HOLD);
	}

	@Test
	void aLeaseThatFailsToBeRenewedBeforeIsLostAtItsDeadline() {
		this.node.engine().acquire(HoldingNode.request().withMaxHold(MAX));
		this.node.store().renewing((command) -> {
			throw new LockStoreException("down", null);
		});
		this.node.pass(TTL);
		assertThat(this.node.listener().reasons()).containsExactly(Reason.DEADLINE);
	}

	@Test
	void aLeaseClosedBeforeIsNotLost() {
		Lease lease = this.node.engine().acquire(HoldingNode.request().withMaxHold(MAX));
		this.node.pass(seconds(60));
		lease.close();
		this.node.pass(TTL);
		assertThat(this.node.listener().losses()).isEmpty();
	}

	@Test
	void theConfiguredLongestHoldTimeAppliesToRequestsWithoutOne() {
		HoldingNode limited = this.node.another((builder) -> builder
			.defaults(new LockDefaults(TTL, Duration.ZERO, Optional.of(MAX), Renewal.DEFAULT, OnLeaseLost.DEFAULT)));
		Lease lease = limited.acquire();
		this.node.pass(MAX);
		assertThat(lease.isHeld()).isFalse();
		assertThat(limited.listener().reasons()).containsExactly(Reason.MAX_HOLD);
	}

}
