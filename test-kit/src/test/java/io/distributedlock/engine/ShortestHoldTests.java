package io.distributedlock.engine;

import java.time.Duration;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.engine.RecordingStore.Sent;
import io.distributedlock.engine.RecordingStore.Step;
import org.junit.jupiter.api.Test;

import static io.distributedlock.engine.HoldingNode.KEY;
import static io.distributedlock.engine.HoldingNode.TTL;
import static io.distributedlock.engine.HoldingNode.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * A lock that stays taken for a while although its lease was closed.
 */
class ShortestHoldTests {

	private final HoldingNode node = HoldingNode.start();

	private final HoldingNode other = this.node.another();

	@Test
	void theLockStaysTakenThatLongAfterItWasAcquired() {
		close(seconds(10), seconds(4));
		this.node.pass(seconds(5.9));
		assertThat(this.other.engine().tryAcquire(HoldingNode.request())).isEmpty();
		this.node.pass(seconds(0.2));
		assertThat(this.other.engine().tryAcquire(HoldingNode.request())).isPresent();
	}

	@Test
	void theLockStaysTakenLongerThanItsTtlIfNeedBe() {
		close(TTL.multipliedBy(2), seconds(1));
		this.node.pass(TTL);
		assertThat(this.other.engine().tryAcquire(HoldingNode.request())).isEmpty();
		this.node.pass(TTL);
		assertThat(this.other.engine().tryAcquire(HoldingNode.request())).isPresent();
	}

	@Test
	void aLockHeldForLongerIsFreeAtOnce() {
		close(seconds(10), seconds(12));
		assertThat(this.other.engine().tryAcquire(HoldingNode.request())).isPresent();
	}

	@Test
	void theCloserDoesNotWaitAndTheLeaseIsOver() {
		long before = this.node.time().nanoTime();
		Lease lease = close(seconds(10), Duration.ZERO);
		assertThat(this.node.time().nanoTime()).isEqualTo(before);
		assertThat(lease.isHeld()).isFalse();
		this.node.pass(TTL);
		assertThat(this.node.store().sent(Step.RENEW)).isEmpty();
		assertThat(this.node.listener().losses()).isEmpty();
	}

	@Test
	void theStoreIsToldInTheRelease() {
		close(seconds(10), Duration.ZERO);
		assertThat(this.node.store().sent(Step.RELEASE)).singleElement()
			.extracting(Sent::duration)
			.isEqualTo(seconds(10));
	}

	@Test
	void theLockStaysTakenAfterAnExceptionToo() {
		LockRequest request = HoldingNode.request().withMinHold(seconds(10));
		assertThatIllegalStateException().isThrownBy(() -> this.node.engine().run(request, () -> {
			throw new IllegalStateException("job failed");
		}));
		this.node.pass(seconds(9));
		assertThat(this.other.engine().tryAcquire(HoldingNode.request())).isEmpty();
		this.node.pass(seconds(2));
		assertThat(this.other.engine().tryAcquire(HoldingNode.request())).isPresent();
		assertThat(this.node.store().isHeld(KEY)).isTrue();
	}

	private Lease close(Duration minHold, Duration heldFor) {
		Lease lease = this.node.engine().acquire(HoldingNode.request().withMinHold(minHold));
		this.node.pass(heldFor);
		lease.close();
		return lease;
	}

}
