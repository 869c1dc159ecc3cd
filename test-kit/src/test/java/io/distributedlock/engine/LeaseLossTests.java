package io.distributedlock.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import ch.qos.logback.classic.Level;
import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LeaseLostException.WorkCommitted;
import io.distributedlock.engine.RecordingStore.Step;
import io.distributedlock.store.RenewResult;
import io.distributedlock.test.ControllableThreads.Kind;
import org.junit.jupiter.api.Test;

import static io.distributedlock.engine.HoldingNode.KEY;
import static io.distributedlock.engine.HoldingNode.SAFE;
import static io.distributedlock.engine.HoldingNode.TTL;
import static io.distributedlock.engine.HoldingNode.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How a holder and others learn that a lease is lost.
 */
class LeaseLossTests {

	private final HoldingNode node = HoldingNode.start();

	private final List<LeaseLost> told = new ArrayList<>();

	@Test
	void everyCallbackAndListenerIsToldOnceOfTheSameLoss() {
		Lease lease = this.node.acquireUnrenewed();
		lease.onLost(this.told::add);
		lease.onLost(this.told::add);
		this.node.pass(SAFE);
		lease.isHeld();
		this.node.store().memory().forceRelease(KEY);
		lease.close();
		this.node.engine().close();
		this.node.pass(TTL);
		LeaseLost loss = this.node.listener().losses().get(0);
		assertThat(this.node.listener().losses()).containsExactly(loss);
		assertThat(this.told).containsExactly(loss, loss);
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(lease::ensureHeld).satisfies((ex) -> {
			assertThat(ex.loss()).isEqualTo(loss);
			assertThat(ex.workCommitted()).isEqualTo(WorkCommitted.UNKNOWN);
		});
	}

	@Test
	void aLossIsLoggedWithKeyTokenProviderAndReason() {
		Lease lease = this.node.acquireUnrenewed();
		LogCapture log = LogCapture.of("io.distributedlock");
		try (log) {
			this.node.pass(SAFE);
		}
		assertThat(log.messages(Level.WARN)).singleElement()
			.asString()
			.contains(KEY, "memory", String.valueOf(lease.fencingToken()), "DEADLINE");
	}

	@Test
	void aCallbackThatThrowsHarmsNoOther() {
		Lease lease = this.node.acquireUnrenewed();
		lease.onLost((loss) -> {
			throw new IllegalStateException("a callback's bug");
		});
		lease.onLost((loss) -> {
			throw new AssertionError("an error");
		});
		lease.onLost(this.told::add);
		this.node.pass(TTL);
		assertThat(this.told).hasSize(1);
		assertThat(this.node.listener().losses()).hasSize(1);
	}

	@Test
	void aCallbackRegisteredAfterTheLossRunsAtOnceAndHarmsNobody() {
		Lease lease = this.node.acquireUnrenewed();
		this.node.pass(SAFE);
		lease.onLost(this.told::add);
		assertThat(this.told).isEqualTo(this.node.listener().losses());
		lease.onLost((loss) -> {
			throw new IllegalStateException("a callback's bug");
		});
		lease.close();
		lease.onLost(this.told::add);
		assertThat(this.told).hasSize(2);
	}

	@Test
	void aCallbackRegisteredWhileOthersWaitToRunIsToldOnce() {
		Lease lease = this.node.acquireUnrenewed();
		this.node.threads().hold(Kind.CALLBACKS);
		this.node.pass(SAFE);
		lease.onLost(this.told::add);
		this.node.threads().resume(Kind.CALLBACKS);
		this.node.settle();
		assertThat(this.told).hasSize(1);
	}

	@Test
	void aCallbackMayUseTheLease() {
		Lease lease = this.node.acquireUnrenewed();
		lease.onLost((loss) -> {
			assertThat(lease.isHeld()).isFalse();
			lease.onLost(this.told::add);
			lease.close();
		});
		this.node.pass(SAFE);
		assertThat(this.told).hasSize(1);
		assertThat(this.node.store().isHeld(KEY)).isFalse();
	}

	@Test
	void aLeaseClosedWhileHeldIsNeverLost() {
		Lease lease = this.node.acquire();
		lease.onLost(this.told::add);
		lease.close();
		lease.onLost(this.told::add);
		this.node.pass(TTL.multipliedBy(2));
		this.node.engine().close();
		assertThat(this.told).isEmpty();
		assertThat(this.node.listener().losses()).isEmpty();
	}

	@Test
	void aLockReleasedByForceHereIsLostAtOnce() {
		Lease lease = this.node.acquire();
		assertThat(this.node.engine().forceRelease(KEY)).isTrue();
		assertThat(lease.isHeld()).isFalse();
		this.node.pass(TTL);
		assertThat(this.node.listener().reasons()).containsExactly(Reason.FORCE_RELEASED);
		assertThat(this.node.store().sent(Step.RENEW)).isEmpty();
		assertThat(this.node.engine().forceRelease(KEY)).isFalse();
	}

	@Test
	void aLockReleasedByForceElsewhereIsLostAtTheNextRenewal() {
		Lease lease = this.node.acquire();
		this.node.pass(seconds(1));
		assertThat(this.node.another().engine().forceRelease(KEY)).isTrue();
		Lease next = this.node.another().acquire();
		this.node.pass(seconds(8));
		assertThat(lease.isHeld()).isTrue();
		this.node.pass(seconds(1));
		assertThat(lease.isHeld()).isFalse();
		assertThat(this.node.listener().reasons()).containsExactly(Reason.REFUSED);
		assertThat(next.isHeld()).isTrue();
	}

	@Test
	void releasingAnotherNodesLockByForceHarmsNoLeaseHere() {
		Lease theirs = this.node.another().acquire("their key");
		Lease ours = this.node.acquire();
		assertThat(this.node.engine().forceRelease("their key")).isTrue();
		assertThat(this.node.engine().forceRelease("free")).isFalse();
		this.node.pass(seconds(10));
		assertThat(ours.isHeld()).isTrue();
		assertThat(theirs.isHeld()).isFalse();
		assertThat(this.node.listener().losses()).isEmpty();
	}

	@Test
	void aNodeThatIsGrantedALockAgainKnowsThatItsOldLeaseIsLost() {
		Lease lease = this.node.acquire();
		this.node.another().engine().forceRelease(KEY);
		Lease next = this.node.acquire();
		assertThat(lease.isHeld()).isFalse();
		assertThat(next.isHeld()).isTrue();
		assertThat(next.fencingToken()).isGreaterThan(lease.fencingToken());
		this.node.settle();
		assertThat(this.node.listener().reasons()).containsExactly(Reason.REFUSED);
		lease.close();
		assertThat(next.isHeld()).isTrue();
		assertThat(this.node.store().isHeld(KEY)).isTrue();
	}

	@Test
	void theLossIsCertainBeforeAnyCallbackHasRun() {
		Lease lease = this.node.acquire();
		AtomicReference<Boolean> heldAtRefusal = new AtomicReference<>();
		this.node.store().renewing((command) -> RenewResult.REFUSED);
		this.node.threads().hold(Kind.CALLBACKS);
		this.node.pass(seconds(10));
		heldAtRefusal.set(lease.isHeld());
		assertThat(heldAtRefusal).hasValue(false);
		assertThat(this.node.listener().losses()).isEmpty();
		assertThat(this.node.threads().pending(Kind.CALLBACKS)).isEqualTo(1);
	}

	@Test
	void oneOfManyLeasesIsLostAlone() {
		AtomicInteger lost = new AtomicInteger();
		List<Lease> leases = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			Lease lease = this.node.acquire("key:" + i);
			lease.onLost((loss) -> lost.incrementAndGet());
			leases.add(lease);
		}
		this.node.store().memory().forceRelease("key:7");
		this.node.pass(TTL.multipliedBy(2));
		assertThat(lost).hasValue(1);
		assertThat(leases).filteredOn((lease) -> !lease.isHeld()).containsExactly(leases.get(7));
	}

}
