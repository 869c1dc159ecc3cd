package io.distributedlock.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockRequest;
import io.distributedlock.Renewal;
import io.distributedlock.engine.RecordingStore.Sent;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.distributedlock.engine.HoldingNode.KEY;
import static io.distributedlock.engine.HoldingNode.NANO;
import static io.distributedlock.engine.HoldingNode.SAFE;
import static io.distributedlock.engine.HoldingNode.TTL;
import static io.distributedlock.engine.HoldingNode.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Until when a lease is held.
 */
class LeaseDeadlineTests {

	private final HoldingNode node = HoldingNode.start();

	@Test
	void theTimeTheGrantTookIsNotTheHoldersToUse() {
		this.node.store().acquiring((command) -> {
			AcquireResult result = this.node.store().memory().tryAcquire(command);
			this.node.time().advance(seconds(2));
			return result;
		});
		assertThat(this.node.acquire().remaining()).isEqualTo(SAFE.minusSeconds(2));
	}

	@Test
	void theTimeARenewalTookIsNotTheHoldersToUse() {
		Lease lease = this.node.acquire();
		this.node.store().renewing((command) -> {
			this.node.time().advance(seconds(2));
			return this.node.store().memory().renew(command);
		});
		this.node.pass(seconds(12));
		assertThat(lease.remaining()).isEqualTo(SAFE.minusSeconds(2));
	}

	@ParameterizedTest
	@CsvSource({ "PT100S, PT99S", "PT30S, PT29.7S", "PT2S, PT1.98S", "PT1S, PT0.98S", "PT0.1S, PT0.08S",
			"PT0.08S, PT0.06S", "PT0.01S, PT0.0075S", "PT0.001S, PT0.00075S" })
	void aMarginIsLeftBeforeTheStoresExpiry(Duration ttl, Duration safe) {
		Lease lease = this.node.engine().acquire(LockRequest.of(KEY).withTtl(ttl).withRenewal(Renewal.NONE));
		assertThat(lease.remaining()).isEqualTo(safe);
		this.node.pass(safe.minus(NANO));
		assertThat(lease.isHeld()).isTrue();
		assertThat(this.node.listener().losses()).isEmpty();
		this.node.pass(NANO);
		assertThat(lease.isHeld()).isFalse();
		assertThat(this.node.listener().reasons()).containsExactly(Reason.DEADLINE);
	}

	@Test
	void askingALeaseAboutItselfAsksNoStore() {
		Lease lease = this.node.acquireUnrenewed();
		List<Sent> before = this.node.store().sent();
		lease.remaining();
		lease.isHeld();
		lease.ensureHeld();
		this.node.pass(TTL);
		lease.remaining();
		lease.isHeld();
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(lease::ensureHeld);
		assertThat(this.node.store().sent()).isEqualTo(before);
	}

	@Test
	void theHolderLearnsOfTheLossBeforeAnybodyElseCanHaveTheLock() {
		Lease lease = this.node.acquireUnrenewed();
		AcquireCommand rival = new AcquireCommand(KEY, "rival", "b", TTL);
		AtomicInteger told = new AtomicInteger();
		lease.onLost((loss) -> {
			told.incrementAndGet();
			assertThat(this.node.store().memory().tryAcquire(rival)).isInstanceOf(Held.class);
		});
		this.node.pass(TTL);
		assertThat(told).hasValue(1);
		assertThat(this.node.store().memory().tryAcquire(rival)).isInstanceOf(Granted.class);
	}

	@Test
	void aPassedDeadlineIsNoticedEvenIfItsTimerIsLate() {
		Lease lease = this.node.acquire();
		this.node.time().advance(SAFE);
		assertThat(lease.remaining()).isZero();
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(lease::ensureHeld)
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.DEADLINE));
		this.node.settle();
		assertThat(this.node.listener().reasons()).containsExactly(Reason.DEADLINE);
	}

	@Test
	void aLeaseClosedAfterItsDeadlineWasLostAndNotHeld() {
		Lease lease = this.node.acquire();
		this.node.time().advance(SAFE);
		lease.close();
		this.node.settle();
		assertThat(this.node.listener().reasons()).containsExactly(Reason.DEADLINE);
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(lease::ensureHeld);
		assertThat(this.node.store().isHeld(KEY)).isFalse();
	}

	@Test
	void aTinyLeaseIsKeptAliveByItsRenewals() {
		Lease lease = this.node.engine().acquire(LockRequest.of(KEY).withTtl(Duration.ofMillis(1)));
		this.node.pass(Duration.ofMillis(100));
		assertThat(lease.isHeld()).isTrue();
	}

	@Test
	void aClosedLeaseHasNoTimeLeftAndIsNotLost() {
		Lease lease = this.node.acquire();
		lease.close();
		assertThat(lease.remaining()).isZero();
		assertThat(lease.isHeld()).isFalse();
		assertThatIllegalStateException().isThrownBy(lease::ensureHeld).withMessageContaining(KEY);
		this.node.pass(TTL.multipliedBy(2));
		assertThat(this.node.listener().losses()).isEmpty();
	}

	@Test
	void theLossTellsWhichLeaseWhyAndWhen() {
		Lease lease = this.node.acquireUnrenewed();
		this.node.pass(SAFE);
		assertThat(this.node.listener().losses()).singleElement().satisfies((loss) -> {
			assertThat(loss.key()).isEqualTo(KEY);
			assertThat(loss.name()).isEqualTo("orders");
			assertThat(loss.provider()).isEqualTo("memory");
			assertThat(loss.fencingToken()).isEqualTo(lease.fencingToken());
			assertThat(loss.reason()).isEqualTo(Reason.DEADLINE);
			assertThat(loss.at()).isEqualTo(lease.acquiredAt().plus(SAFE));
		});
	}

}
