package io.distributedlock.engine;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockRequest;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.engine.RecordingStore.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static io.distributedlock.engine.HoldingNode.KEY;
import static io.distributedlock.engine.HoldingNode.SAFE;
import static io.distributedlock.engine.HoldingNode.TTL;
import static io.distributedlock.engine.HoldingNode.seconds;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What happens to a lease at the same time, on real threads.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LeaseRaceTests {

	private static final int ROUNDS = 400;

	private final Together together = Together.seeded("LeaseRaceTests");

	@Test
	void aRenewalAndTheCloseNeverOverlapAndTheLockIsFree() {
		for (int i = 0; i < ROUNDS; i++) {
			HoldingNode node = HoldingNode.start();
			Lease lease = node.acquire();
			this.together.run(() -> node.pass(seconds(10)), lease::close);
			assertReleasedOnce(node);
			assertThat(node.listener().losses()).isEmpty();
			assertNothingIsLeft(node);
		}
	}

	@Test
	void ofTwoClosersOneReleases() {
		for (int i = 0; i < ROUNDS; i++) {
			HoldingNode node = HoldingNode.start();
			Lease lease = node.acquire();
			this.together.run(lease::close, lease::close, lease::close);
			assertReleasedOnce(node);
			assertThat(node.listener().losses()).isEmpty();
			assertNothingIsLeft(node);
		}
	}

	@Test
	void aLeaseIsLostOrClosedButToldOfTheLossAtMostOnce() {
		for (int i = 0; i < ROUNDS; i++) {
			HoldingNode node = HoldingNode.start();
			Lease lease = node.acquireUnrenewed();
			AtomicInteger told = new AtomicInteger();
			lease.onLost((loss) -> told.incrementAndGet());
			this.together.run(() -> node.pass(SAFE), lease::close, lease::isHeld);
			node.settle();
			assertReleasedOnce(node);
			assertThat(node.listener().losses()).hasSizeLessThanOrEqualTo(1).hasSize(told.get());
			assertThat(lossOf(lease)).isEqualTo(told.get());
			assertNothingIsLeft(node);
		}
	}

	@Test
	void anExtensionSucceedsOrTheLeaseIsClosedButTheLockIsFreeAfterwards() {
		for (int i = 0; i < ROUNDS; i++) {
			HoldingNode node = HoldingNode.start();
			Lease lease = node.acquire();
			this.together.run(() -> {
				try {
					lease.extend(TTL.multipliedBy(4));
				}
				catch (IllegalStateException ex) {
					assertThat(ex).hasMessageContaining("closed");
				}
			}, lease::close);
			assertReleasedOnce(node);
			assertThat(node.listener().losses()).isEmpty();
			assertNothingIsLeft(node);
		}
	}

	@Test
	void anExtensionAndARenewalNeverOverlap() {
		for (int i = 0; i < ROUNDS; i++) {
			HoldingNode node = HoldingNode.start();
			Lease lease = node.acquire();
			this.together.run(() -> node.pass(seconds(10)), () -> lease.extend(TTL.multipliedBy(4)));
			assertThat(node.store().overlaps()).isEmpty();
			assertThat(lease.remaining()).isGreaterThanOrEqualTo(TTL.multipliedBy(4).minusSeconds(10));
			node.pass(TTL.multipliedBy(10));
			assertThat(lease.isHeld()).isTrue();
		}
	}

	@Test
	void aCallbackRegisteredDuringTheLossIsToldExactlyOnce() {
		for (int i = 0; i < ROUNDS; i++) {
			HoldingNode node = HoldingNode.start();
			Lease lease = node.acquireUnrenewed();
			AtomicInteger told = new AtomicInteger();
			Runnable register = () -> lease.onLost((loss) -> told.incrementAndGet());
			this.together.run(() -> node.pass(SAFE), register, register);
			node.settle();
			assertThat(told).hasValue(2);
		}
	}

	@Test
	void manyReasonsAtOnceAreOneLoss() {
		for (int i = 0; i < ROUNDS; i++) {
			HoldingNode node = HoldingNode.start();
			Lease lease = node.acquire();
			AtomicInteger told = new AtomicInteger();
			lease.onLost((loss) -> told.incrementAndGet());
			this.together.run(() -> node.engine().forceRelease(KEY), () -> node.pass(seconds(10)), () -> {
				node.time().advance(Duration.ofMillis(1));
				lease.isHeld();
			}, () -> {
				try {
					lease.extend(TTL);
				}
				catch (LeaseLostException ex) {
					assertThat(ex.reason()).isIn(Reason.FORCE_RELEASED, Reason.REFUSED);
				}
			});
			node.settle();
			assertThat(node.listener().losses()).hasSize(1);
			assertThat(told).hasValue(1);
			lease.close();
			assertNothingIsLeft(node);
		}
	}

	@Test
	void aShutdownAndACloseNeverReleaseUnderARunningHolder() {
		for (int i = 0; i < ROUNDS; i++) {
			HoldingNode node = HoldingNode.start();
			Lease lease = node.acquire();
			this.together.run(node.engine()::close, lease::close);
			boolean lost = lossOf(lease) == 1;
			assertThat(node.store().isHeld(KEY)).isEqualTo(lost);
			assertThat(node.store().sent(Step.RELEASE)).hasSize(lost ? 0 : 1);
		}
	}

	@Test
	void aLossExactlyAtTheEndOfTheWorkLeavesNoInterruptBehind() {
		AtomicInteger losses = new AtomicInteger();
		for (int i = 0; i < ROUNDS * 5; i++) {
			HoldingNode node = HoldingNode.start();
			LockRequest request = HoldingNode.unrenewed().withOnLeaseLost(OnLeaseLost.INTERRUPT);
			AtomicBoolean working = new AtomicBoolean();
			AtomicBoolean lost = new AtomicBoolean();
			Runnable work = this.together.delay();
			Runnable delay = this.together.delay();
			this.together.run(() -> {
				try {
					node.engine().run(request, () -> {
						working.set(true);
						work.run();
					});
				}
				catch (LeaseLostException ex) {
					losses.incrementAndGet();
				}
				awaitTrue(lost);
				assertThat(Thread.currentThread().isInterrupted()).as("an interrupt left behind").isFalse();
			}, () -> {
				awaitTrue(working);
				delay.run();
				node.pass(SAFE);
				lost.set(true);
			});
		}
		System.out.println("Lost in the middle: %d of %d rounds".formatted(losses.get(), ROUNDS * 5));
	}

	private static void awaitTrue(AtomicBoolean flag) {
		long deadline = System.nanoTime() + 10_000_000_000L;
		while (!flag.get()) {
			assertThat(System.nanoTime() - deadline).as("time left to wait").isNegative();
			Thread.onSpinWait();
		}
	}

	private static int lossOf(Lease lease) {
		try {
			lease.ensureHeld();
		}
		catch (LeaseLostException ex) {
			return 1;
		}
		catch (IllegalStateException ex) {
			return 0;
		}
		throw new AssertionError("still held: " + lease);
	}

	private static void assertReleasedOnce(HoldingNode node) {
		assertThat(node.store().overlaps()).isEmpty();
		assertThat(node.store().sent(Step.RELEASE)).hasSize(1);
		assertThat(node.listener().events("released")).hasSize(1);
		assertThat(node.store().isHeld(KEY)).isFalse();
	}

	private static void assertNothingIsLeft(HoldingNode node) {
		int renewals = node.store().sent(Step.RENEW).size();
		node.pass(TTL.multipliedBy(2));
		assertThat(node.store().sent(Step.RENEW)).hasSize(renewals);
		assertThat(node.threads().timers()).isZero();
	}

}
