package io.distributedlock.engine;

import java.time.Duration;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.Renewal;
import io.distributedlock.engine.RecordingStore.Step;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.distributedlock.engine.HoldingNode.SAFE;
import static io.distributedlock.engine.HoldingNode.TTL;
import static io.distributedlock.engine.HoldingNode.seconds;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A machine that was suspended: its monotonic clock stood still while the store's time
 * went on.
 */
class SuspendedMachineTests {

	private static final Duration NOTICED = seconds(1);

	private final HoldingNode node = HoldingNode.start();

	private Lease lease = this.node.acquire();

	@BeforeEach
	void workForAWhile() {
		this.node.pass(seconds(2.5));
	}

	@Test
	void theLeaseIsRenewedAtOnce() {
		suspend(seconds(20));
		this.node.pass(NOTICED);
		assertThat(this.node.store().sent(Step.RENEW)).hasSize(1);
		assertThat(this.lease.isHeld()).isTrue();
		assertThat(this.lease.remaining()).isGreaterThan(SAFE.minus(NOTICED));
	}

	@Test
	void theLeaseIsLostAtOnceIfTheStoreRefuses() {
		suspend(seconds(40));
		this.node.store().renewing((command) -> RenewResult.REFUSED);
		this.node.pass(NOTICED);
		assertThat(this.lease.isHeld()).isFalse();
		assertThat(this.node.listener().reasons()).containsExactly(Reason.REFUSED);
	}

	@Test
	void aRenewalThatFailsThenIsRetried() {
		suspend(seconds(40));
		this.node.store().renewing((command) -> {
			throw new LockStoreException("no network yet", null);
		});
		this.node.pass(NOTICED);
		this.node.store().renewing((command) -> RenewResult.REFUSED);
		this.node.pass(seconds(1));
		assertThat(this.node.listener().reasons()).containsExactly(Reason.REFUSED);
	}

	@Test
	void renewalGoesOnAsBefore() {
		suspend(seconds(20));
		this.node.pass(TTL);
		assertThat(this.node.store().sent(Step.RENEW)).hasSizeBetween(3, 4);
		this.node.pass(TTL);
		assertThat(this.node.store().sent(Step.RENEW)).hasSizeBetween(6, 7);
		assertThat(this.lease.isHeld()).isTrue();
	}

	@Test
	void anUnrenewedLeaseIsCheckedButNotRenewed() {
		Lease unrenewed = this.node.engine()
			.acquire(LockRequest.of("unrenewed").withTtl(TTL).withRenewal(Renewal.NONE));
		suspend(seconds(5));
		this.node.pass(SAFE.minusSeconds(1));
		assertThat(unrenewed.isHeld()).isTrue();
		this.node.pass(seconds(1));
		assertThat(unrenewed.isHeld()).isFalse();
	}

	@Test
	void aClockSetBackOrCorrectedALittleIsNoSuspension() {
		this.node.time().jumpWallClock(Duration.ofHours(-1));
		this.node.pass(seconds(2));
		this.node.time().jumpWallClock(Duration.ofMillis(400));
		this.node.pass(seconds(2));
		assertThat(this.node.store().sent(Step.RENEW)).isEmpty();
		assertThat(this.lease.isHeld()).isTrue();
	}

	@Test
	void theWatchStopsWithTheLastLeaseAndStartsWithTheNext() {
		this.lease.close();
		this.node.pass(NOTICED);
		assertThat(this.node.threads().timers()).isZero();
		this.lease = this.node.acquire();
		this.node.pass(seconds(2.5));
		suspend(seconds(20));
		this.node.pass(NOTICED);
		assertThat(this.node.store().sent(Step.RENEW)).hasSize(1);
	}

	@Test
	void theWatchStopsWhenTheLastLeaseIsLost() {
		this.node.store().memory().forceRelease(HoldingNode.KEY);
		this.node.pass(seconds(12));
		assertThat(this.lease.isHeld()).isFalse();
		assertThat(this.node.threads().timers()).isZero();
	}

	@Test
	void aLeaseTakenOverWhileTheMachineSleptIsLostWhenThisNodeGetsTheLockAgain() {
		this.node.store().memory().forceRelease(HoldingNode.KEY);
		suspend(seconds(40));
		Lease next = this.node.acquire();
		assertThat(this.lease.isHeld()).isFalse();
		assertThat(next.isHeld()).isTrue();
	}

	private void suspend(Duration duration) {
		this.node.time().jumpWallClock(duration);
	}

}
