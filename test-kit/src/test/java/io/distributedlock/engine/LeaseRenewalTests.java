package io.distributedlock.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LockStoreException;
import io.distributedlock.engine.RecordingStore.Sent;
import io.distributedlock.engine.RecordingStore.Step;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.RenewResult;
import io.distributedlock.test.ControllableThreads.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static io.distributedlock.engine.HoldingNode.KEY;
import static io.distributedlock.engine.HoldingNode.NANO;
import static io.distributedlock.engine.HoldingNode.SAFE;
import static io.distributedlock.engine.HoldingNode.TTL;
import static io.distributedlock.engine.HoldingNode.seconds;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * How a lease is kept alive.
 */
class LeaseRenewalTests {

	private final HoldingNode node = HoldingNode.start();

	private final long start = this.node.time().nanoTime();

	@Test
	void aLeaseIsRenewedAtEachThirdOfItsTtl() {
		Lease lease = this.node.acquire();
		this.node.pass(seconds(10).minus(NANO));
		assertThat(renewals()).isEmpty();
		this.node.pass(NANO);
		assertThat(renewals()).hasSize(1);
		this.node.pass(seconds(90));
		assertThat(renewals()).hasSize(10).allSatisfy((each) -> assertThat(each.duration()).isEqualTo(TTL));
		assertThat(lease.isHeld()).isTrue();
		assertThat(this.node.listener().events("renewed")).hasSize(10);
	}

	@Test
	void aLeaseGrantedSlowlyIsStillRenewedInTime() {
		this.node.store().acquiring((command) -> {
			AcquireResult result = this.node.store().memory().tryAcquire(command);
			this.node.time().advance(seconds(25));
			return result;
		});
		Lease lease = this.node.acquire();
		this.node.pass(seconds(10));
		assertThat(lease.isHeld()).isTrue();
		assertThat(renewals()).isNotEmpty();
	}

	static List<Throwable> whatStoresThrow() {
		return List.of(new LockStoreException("down", null), new IllegalStateException("a bug"),
				new NoClassDefFoundError("a/Driver"), new AssertionError("an assertion"));
	}

	@ParameterizedTest
	@MethodSource("whatStoresThrow")
	void whateverARenewalThrowsTheNextOneIsTried(Throwable failure) {
		Lease lease = this.node.acquire();
		this.node.store().renewing((command) -> {
			throw thrown(failure);
		});
		this.node.pass(seconds(15));
		assertThat(renewals()).hasSizeGreaterThan(1);
		assertThat(this.node.listener().events("renewalFailed")).hasSameSizeAs(renewals());
		this.node.store().renewing(this.node.store().memory()::renew);
		this.node.pass(TTL.multipliedBy(3));
		assertThat(lease.isHeld()).isTrue();
		assertThat(this.node.listener().losses()).isEmpty();
	}

	@Test
	void aFailingRenewalIsTriedLessAndLessOftenUntilTheDeadline() {
		this.node.acquire();
		this.node.store().renewing((command) -> {
			throw new LockStoreException("down", null);
		});
		this.node.pass(TTL.multipliedBy(3));
		List<Duration> times = renewalTimes();
		assertThat(times.get(0)).isEqualTo(seconds(10));
		assertThat(times.get(1)).isLessThanOrEqualTo(seconds(11));
		assertThat(times.get(times.size() - 1)).isBetween(SAFE.minus(seconds(5)), SAFE);
		List<Duration> pauses = IntStream.range(1, times.size())
			.mapToObj((i) -> times.get(i).minus(times.get(i - 1)))
			.toList();
		assertThat(times).hasSizeBetween(5, 10);
		assertThat(pauses).isSorted().allSatisfy((pause) -> assertThat(pause).isLessThanOrEqualTo(seconds(5)));
		assertThat(this.node.listener().reasons()).containsExactly(Reason.DEADLINE);
	}

	@Test
	void theBackOffStartsAnewAfterASuccess() {
		this.node.acquire();
		AtomicInteger renewals = new AtomicInteger();
		this.node.store().renewing((command) -> {
			if (renewals.incrementAndGet() % 5 != 0) {
				throw new LockStoreException("down", null);
			}
			return this.node.store().memory().renew(command);
		});
		this.node.pass(TTL.multipliedBy(2));
		List<Duration> times = renewalTimes();
		Duration firstPause = times.get(1).minus(times.get(0));
		assertThat(times.get(5)).isEqualTo(times.get(4).plus(seconds(10)));
		assertThat(times.get(6)).isEqualTo(times.get(5).plus(firstPause));
	}

	@Test
	void aBusyStoreIsAskedAgainAndTheLeaseIsNotLost() {
		Lease lease = this.node.acquire();
		this.node.store().renewing((command) -> RenewResult.BUSY);
		this.node.pass(seconds(20));
		assertThat(lease.isHeld()).isTrue();
		assertThat(renewals()).hasSizeGreaterThan(2);
		this.node.store().renewing(this.node.store().memory()::renew);
		this.node.pass(TTL.multipliedBy(2));
		assertThat(lease.isHeld()).isTrue();
		assertThat(this.node.listener().losses()).isEmpty();
	}

	@Test
	void aStoreThatStaysBusyCostsTheLeaseItsDeadline() {
		this.node.acquire();
		this.node.store().renewing((command) -> RenewResult.BUSY);
		this.node.pass(TTL);
		assertThat(this.node.listener().reasons()).containsExactly(Reason.DEADLINE);
	}

	@Test
	void aRefusedRenewalIsALossAtOnceAndTheLast() {
		Lease lease = this.node.acquire();
		this.node.store().renewing((command) -> RenewResult.REFUSED);
		this.node.pass(seconds(10));
		assertThat(lease.isHeld()).isFalse();
		assertThat(this.node.listener().reasons()).containsExactly(Reason.REFUSED);
		this.node.pass(TTL.multipliedBy(2));
		assertThat(renewals()).hasSize(1);
	}

	@Test
	void aClosedLeaseIsNeverRenewedAgainAndLeavesNoTimer() {
		Lease lease = this.node.acquire();
		this.node.pass(seconds(10));
		lease.close();
		this.node.pass(TTL.multipliedBy(3));
		assertThat(renewals()).hasSize(1);
		assertThat(this.node.threads().timers()).isZero();
	}

	@Test
	void aRenewalThatIsDueWhenTheLeaseIsClosedIsNotSent() {
		Lease lease = this.node.acquire();
		this.node.threads().hold(Kind.RENEWALS);
		this.node.pass(seconds(10));
		lease.close();
		this.node.threads().resume(Kind.RENEWALS);
		this.node.pass(TTL);
		assertThat(renewals()).isEmpty();
	}

	@Test
	void aRenewalThatFailsAfterTheCloseIsNotTriedAgain() {
		Lease lease = this.node.acquire();
		this.node.store().renewing((command) -> {
			lease.close();
			throw new LockStoreException("down", null);
		});
		this.node.pass(seconds(10));
		assertThat(this.node.threads().timers()).isZero();
		this.node.pass(TTL);
		assertThat(renewals()).hasSize(1);
		assertThat(this.node.listener().losses()).isEmpty();
	}

	@Test
	void aRenewalThatSucceedsAfterTheLossIsTakenBack() {
		Lease lease = this.node.acquire();
		this.node.store().renewing((command) -> {
			RenewResult result = this.node.store().memory().renew(command);
			this.node.pass(seconds(25));
			return result;
		});
		this.node.pass(seconds(10));
		assertThat(lease.isHeld()).isFalse();
		assertThat(this.node.listener().reasons()).containsExactly(Reason.DEADLINE);
		assertThat(this.node.store().isHeld(KEY)).isFalse();
		assertThat(this.node.listener().events("renewed")).isEmpty();
		lease.close();
		this.node.pass(TTL);
		assertThat(this.node.store().overlaps()).isEmpty();
		assertThat(renewals()).hasSize(1);
	}

	@Test
	void aRenewalReplyAfterTheOldDeadlineDoesNotReviveALostLease() {
		Lease lease = this.node.acquire();
		this.node.store().renewing((command) -> {
			this.node.pass(seconds(19.8));
			return this.node.store().memory().renew(command);
		});
		this.node.pass(seconds(10));
		this.node.store().renewing(this.node.store().memory()::renew);
		this.node.pass(seconds(1));
		assertThat(lease.isHeld()).isFalse();
		assertThat(lease.remaining()).isZero();
		assertThat(this.node.store().isHeld(KEY)).isFalse();
	}

	@Test
	void anUnrenewedLeaseAsksTheStoreForNothing() {
		this.node.acquireUnrenewed();
		this.node.pass(TTL.multipliedBy(2));
		assertThat(renewals()).isEmpty();
		assertThat(this.node.listener().reasons()).containsExactly(Reason.DEADLINE);
	}

	private List<Sent> renewals() {
		return this.node.store().sent(Step.RENEW);
	}

	private List<Duration> renewalTimes() {
		return renewals().stream().map((each) -> Duration.ofNanos(each.at() - this.start)).toList();
	}

	private static RuntimeException thrown(Throwable failure) {
		if (failure instanceof Error error) {
			throw error;
		}
		return (RuntimeException) failure;
	}

}
