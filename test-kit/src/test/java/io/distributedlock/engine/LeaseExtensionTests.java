package io.distributedlock.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.engine.RecordingStore.Sent;
import io.distributedlock.engine.RecordingStore.Step;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.distributedlock.engine.HoldingNode.KEY;
import static io.distributedlock.engine.HoldingNode.SAFE;
import static io.distributedlock.engine.HoldingNode.TTL;
import static io.distributedlock.engine.HoldingNode.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * A lease that its holder prolongs.
 */
class LeaseExtensionTests {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private final HoldingNode node = HoldingNode.start();

	@ParameterizedTest
	@ValueSource(strings = { "PT0.001S", "PT0.02S", "PT0.1S", "PT1S", "PT1.5S", "PT29.7S", "PT1M", "PT24H", "P365D" })
	void atLeastTheTimeAskedForRemains(Duration ttl) {
		Lease lease = this.node.acquireUnrenewed();
		this.node.pass(seconds(29));
		lease.extend(ttl);
		assertThat(lease.remaining()).isGreaterThanOrEqualTo(ttl);
		assertThat(this.node.store().find(KEY).orElseThrow().remaining()).isGreaterThan(lease.remaining());
	}

	@Test
	void theTimeIsCountedFromTheCallHoweverLongTheStoreTakes() {
		Lease lease = this.node.acquireUnrenewed();
		this.node.store().renewing((command) -> {
			RenewResult result = this.node.store().memory().renew(command);
			this.node.time().advance(seconds(2));
			return result;
		});
		lease.extend(MINUTE);
		assertThat(lease.remaining()).isGreaterThanOrEqualTo(MINUTE.minusSeconds(2));
		assertThat(this.node.store().find(KEY).orElseThrow().remaining()).isGreaterThan(lease.remaining());
	}

	@Test
	void anExtensionNeverShortensTheLease() {
		Lease lease = this.node.acquireUnrenewed();
		lease.extend(Duration.ofMillis(1));
		assertThat(lease.remaining()).isEqualTo(SAFE);
		assertThat(this.node.store().find(KEY).orElseThrow().remaining()).isEqualTo(TTL);
	}

	@Test
	void anExtendedLeaseIsLostAtItsNewDeadline() {
		Lease lease = this.node.acquireUnrenewed();
		lease.extend(MINUTE);
		this.node.pass(MINUTE);
		assertThat(lease.isHeld()).isTrue();
		this.node.pass(seconds(1));
		assertThat(lease.isHeld()).isFalse();
		assertThat(this.node.listener().reasons()).containsExactly(Reason.DEADLINE);
	}

	@Test
	void anExtendedLeaseIsStillRenewedAndNeverShortenedByIt() {
		Lease lease = this.node.acquire();
		lease.extend(MINUTE);
		this.node.pass(seconds(20));
		assertThat(lease.remaining()).isGreaterThanOrEqualTo(MINUTE.minusSeconds(20));
		this.node.pass(MINUTE.multipliedBy(5));
		assertThat(lease.isHeld()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT0S", "PT-1S", "PT0.000999S", "P366D" })
	void anExtensionOutOfRangeIsRefused(Duration ttl) {
		Lease lease = this.node.acquire();
		assertThatIllegalArgumentException().isThrownBy(() -> lease.extend(ttl));
		assertThat(this.node.store().sent(Step.RENEW)).isEmpty();
	}

	@Test
	void anExtensionBeyondTheLongestHoldTimeIsRefusedWithoutAskingTheStore() {
		Lease lease = this.node.engine().acquire(HoldingNode.request().withMaxHold(MINUTE));
		this.node.pass(seconds(5));
		assertThatIllegalArgumentException().isThrownBy(() -> lease.extend(MINUTE))
			.withMessageContaining(KEY)
			.withMessageContaining("maxHold");
		assertThat(this.node.store().sent(Step.RENEW)).isEmpty();
		assertThat(lease.isHeld()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT59M", "PT59M30S", "PT59M50S", "PT59M59.9S" })
	void anExtensionTowardsTheLongestHoldTimeIsGivenInFullOrRefused(Duration ttl) {
		LockRequest request = LockRequest.of(KEY).withTtl(seconds(1)).withMaxHold(Duration.ofHours(1));
		Lease lease = this.node.engine().acquire(request);
		try {
			lease.extend(ttl);
			assertThat(lease.remaining()).isGreaterThanOrEqualTo(ttl);
		}
		catch (IllegalArgumentException ex) {
			assertThat(ttl).isGreaterThan(Duration.ofMinutes(59));
		}
		assertThat(this.node.store().find(KEY).orElseThrow().remaining()).isLessThanOrEqualTo(Duration.ofHours(1));
	}

	@Test
	void aStoreThatIsSlowAndBusyDoesNotCarryTheLeaseBeyondItsLongestHoldTime() {
		Lease lease = this.node.engine().acquire(HoldingNode.unrenewed().withTtl(MINUTE).withMaxHold(MINUTE));
		long start = this.node.time().nanoTime();
		this.node.pass(seconds(5));
		this.node.store().renewing((command) -> {
			this.node.time().advance(seconds(1));
			return RenewResult.BUSY;
		});
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> lease.extend(seconds(54)));
		assertThat(this.node.store().sent(Step.RENEW)).isNotEmpty()
			.allSatisfy((each) -> assertThat(each.at() + each.duration().toNanos() - start)
				.isLessThanOrEqualTo(MINUTE.toNanos()));
	}

	@Test
	void aRefusedExtensionIsALoss() {
		Lease lease = this.node.acquire();
		this.node.store().memory().forceRelease(KEY);
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> lease.extend(MINUTE))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.REFUSED));
		this.node.settle();
		assertThat(this.node.listener().reasons()).containsExactly(Reason.REFUSED);
	}

	@Test
	void aLostLeaseIsNotExtendedAndTheStoreIsNotAsked() {
		Lease lease = this.node.acquireUnrenewed();
		this.node.pass(SAFE);
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> lease.extend(MINUTE))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.DEADLINE));
		assertThat(this.node.store().sent(Step.RENEW)).isEmpty();
	}

	@Test
	void aClosedLeaseIsNotExtendedAndTheStoreIsNotAsked() {
		Lease lease = this.node.acquire();
		lease.close();
		assertThatIllegalStateException().isThrownBy(() -> lease.extend(MINUTE)).withMessageContaining(KEY);
		assertThat(this.node.store().sent(Step.RENEW)).isEmpty();
	}

	@Test
	void afterAStoreFailureTheLeaseIsAsBefore() {
		Lease lease = this.node.acquire();
		this.node.store().renewing((command) -> {
			throw new LockStoreException("down", null);
		});
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> lease.extend(MINUTE)).withMessage("down");
		assertThat(lease.remaining()).isEqualTo(SAFE);
		assertThat(this.node.listener().events("storeFailed")).hasSize(1);
		this.node.store().renewing(this.node.store().memory()::renew);
		this.node.pass(TTL.multipliedBy(2));
		assertThat(lease.isHeld()).isTrue();
	}

	@Test
	void aFailureNotOfOursIsReportedAsTheStores() {
		Lease lease = this.node.acquire();
		this.node.store().renewing((command) -> {
			throw new IllegalStateException("pool closed");
		});
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> lease.extend(MINUTE))
			.withMessageContaining(KEY)
			.withMessageContaining("pool closed");
		assertThat(lease.isHeld()).isTrue();
	}

	@Test
	void aBusyStoreIsAskedAgainBeforeTheExtensionFails() {
		Lease lease = this.node.acquire();
		AtomicInteger asked = new AtomicInteger();
		this.node.store()
			.renewing((command) -> (asked.incrementAndGet() < 3) ? RenewResult.BUSY
					: this.node.store().memory().renew(command));
		lease.extend(MINUTE);
		assertThat(lease.remaining()).isGreaterThanOrEqualTo(MINUTE);
		this.node.store().renewing((command) -> RenewResult.BUSY);
		Duration before = lease.remaining();
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> lease.extend(MINUTE.multipliedBy(2)))
			.withMessageContaining("busy");
		assertThat(lease.remaining()).isEqualTo(before);
	}

	@Test
	void anExtensionThatSucceedsAfterTheLossIsTakenBack() {
		Lease lease = this.node.acquireUnrenewed();
		this.node.pass(seconds(10));
		this.node.store().renewing((command) -> {
			RenewResult result = this.node.store().memory().renew(command);
			this.node.pass(seconds(25));
			return result;
		});
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> lease.extend(MINUTE));
		this.node.settle();
		assertThat(this.node.listener().reasons()).containsExactly(Reason.DEADLINE);
		assertThat(this.node.store().isHeld(KEY)).isFalse();
		assertThat(lease.remaining()).isZero();
	}

	@Test
	void aFailedExtensionMayHaveBeenExecutedSoTheReleaseIsRetriedForThatLong() {
		Lease lease = this.node.acquireUnrenewed();
		this.node.store().renewing((command) -> {
			this.node.store().memory().renew(command);
			throw new LockStoreException("timed out", null);
		});
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> lease.extend(MINUTE.multipliedBy(5)));
		this.node.store().releasing((command) -> {
			throw new LockStoreException("down", null);
		});
		lease.close();
		this.node.pass(MINUTE);
		assertThat(this.node.store().isHeld(KEY)).isTrue();
		this.node.store().releasing(this.node.store().memory()::release);
		this.node.pass(seconds(10));
		assertThat(this.node.store().isHeld(KEY)).isFalse();
	}

	@Test
	void everyExtensionIsOneCommandOfThisGrant() {
		Lease lease = this.node.acquire();
		lease.extend(MINUTE);
		List<Sent> sent = this.node.store().sent();
		assertThat(sent).extracting(Sent::step).containsExactly(Step.ACQUIRE, Step.RENEW);
		assertThat(sent.get(1).owner()).isEqualTo(sent.get(0).owner());
	}

}
