package io.distributedlock.engine;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LockStoreException;
import io.distributedlock.store.RenewResult;
import io.distributedlock.test.ControllableThreads.Kind;
import org.junit.jupiter.api.Test;

import static io.distributedlock.engine.HoldingNode.SAFE;
import static io.distributedlock.engine.HoldingNode.TTL;
import static io.distributedlock.engine.HoldingNode.seconds;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Renewals of many leases on a store that takes them in one call.
 */
class BatchedRenewalTests {

	private final HoldingNode node = HoldingNode.start(RecordingStore.Batching::new);

	private final RecordingStore.Batching store = (RecordingStore.Batching) this.node.store();

	@Test
	void leasesDueTogetherAreRenewedInOneCall() {
		List<Lease> leases = acquire(20);
		renewTogether();
		assertThat(this.store.batches()).containsExactly(20);
		this.node.pass(SAFE.minusNanos(1));
		assertThat(leases).allMatch(Lease::isHeld);
	}

	@Test
	void eachLeaseGetsItsOwnAnswer() {
		Map<String, RenewResult> answers = Map.of("key:0", RenewResult.RENEWED, "key:1", RenewResult.BUSY, "key:2",
				RenewResult.REFUSED);
		List<Lease> leases = acquire(3);
		this.store.renewing((command) -> answers.getOrDefault(command.key(), RenewResult.BUSY));
		renewTogether();
		assertThat(leases).map(Lease::isHeld).containsExactly(true, true, false);
		assertThat(this.node.listener().losses()).map(LeaseLost::key).containsExactly("key:2");
	}

	@Test
	void aClosedLeaseIsLeftOutOfTheBatch() {
		List<Lease> leases = acquire(3);
		this.node.threads().hold(Kind.RENEWALS);
		this.node.pass(seconds(10));
		leases.get(1).close();
		this.node.threads().resume(Kind.RENEWALS);
		this.node.settle();
		assertThat(this.store.batches()).containsExactly(2);
	}

	@Test
	void afterAFailedCallEveryLeaseIsTriedAgain() {
		List<Lease> leases = acquire(20);
		this.store.beforeBatch(failingOnce(new LockStoreException("down", null)));
		renewTogether();
		this.node.pass(TTL.multipliedBy(2));
		assertThat(leases).allMatch(Lease::isHeld);
		assertThat(this.node.listener().losses()).isEmpty();
	}

	@Test
	void anErrorInOneCallDoesNotKeepTheLeasesBehindItFromBeingRenewed() {
		List<Lease> leases = acquire(1_001);
		AtomicInteger calls = new AtomicInteger();
		this.store.beforeBatch(() -> {
			if (calls.incrementAndGet() <= 2) {
				throw new NoClassDefFoundError("a/Driver");
			}
		});
		renewTogether();
		assertThat(this.store.batches()).startsWith(500, 500, 1);
		this.node.pass(TTL);
		assertThat(leases).allMatch(Lease::isHeld);
	}

	@Test
	void aStoreThatAnswersForTooFewLeasesHasRenewedNone() {
		List<Lease> leases = acquire(3);
		this.store.answers((answers) -> answers.subList(0, 1));
		renewTogether();
		assertThat(this.node.listener().events("renewed")).isEmpty();
		assertThat(this.node.listener().events("renewalFailed")).hasSize(3);
		this.store.answers(UnaryOperator.identity());
		this.node.pass(TTL);
		assertThat(leases).allMatch(Lease::isHeld);
	}

	@Test
	void aCallThatHangsDoesNotStopTheDeadlines() {
		List<Lease> leases = acquire(3);
		this.store.beforeBatch(() -> {
			this.node.pass(SAFE.minusSeconds(10));
			assertThat(leases).noneMatch(Lease::isHeld);
			assertThat(this.node.listener().losses()).hasSize(3);
		});
		renewTogether();
		assertThat(this.store.batches()).hasSize(1);
	}

	@Test
	void leasesThatComeDueDuringACallAreRenewedByTheNext() {
		acquire(2);
		this.node.pass(seconds(5));
		Lease later = this.node.acquire("later");
		AtomicInteger calls = new AtomicInteger();
		this.store.beforeBatch(() -> {
			if (calls.incrementAndGet() == 1) {
				this.node.pass(seconds(6));
			}
		});
		this.node.threads().hold(Kind.RENEWALS);
		this.node.pass(seconds(5));
		this.node.threads().resume(Kind.RENEWALS);
		this.node.settle();
		assertThat(this.store.batches()).containsExactly(2, 1);
		assertThat(later.remaining()).isEqualTo(SAFE);
	}

	private List<Lease> acquire(int number) {
		return IntStream.range(0, number).mapToObj((i) -> this.node.acquire("key:" + i)).toList();
	}

	private void renewTogether() {
		this.node.threads().hold(Kind.RENEWALS);
		this.node.pass(seconds(10));
		this.node.threads().resume(Kind.RENEWALS);
		this.node.settle();
	}

	private static Runnable failingOnce(RuntimeException failure) {
		AtomicInteger calls = new AtomicInteger();
		return () -> {
			if (calls.incrementAndGet() == 1) {
				throw failure;
			}
		};
	}

}
