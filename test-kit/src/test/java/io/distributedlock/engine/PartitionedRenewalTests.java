package io.distributedlock.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LockStoreException;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.test.ControllableThreads.Kind;
import org.junit.jupiter.api.Test;

import static io.distributedlock.engine.HoldingNode.SAFE;
import static io.distributedlock.engine.HoldingNode.TTL;
import static io.distributedlock.engine.HoldingNode.seconds;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Renewals of many leases on a store whose parts fail independently: the part of a key is
 * what comes before its colon.
 */
class PartitionedRenewalTests {

	private final HoldingNode node = HoldingNode.start(RecordingStore.Batching::new);

	private final RecordingStore.Batching store = (RecordingStore.Batching) this.node.store();

	PartitionedRenewalTests() {
		this.store.parts((key) -> key.substring(0, key.indexOf(':')));
	}

	@Test
	void eachCallIsForOnePart() {
		acquire("a", 3);
		acquire("b", 2);
		renewTogether();
		assertThat(this.store.batchedKeys()).containsExactlyInAnyOrder(List.of("a:0", "a:1", "a:2"),
				List.of("b:0", "b:1"));
	}

	@Test
	void aPartThatDoesNotAnswerHoldsUpNoneOfAnother() {
		List<Lease> hanging = acquire("hangs", 3);
		List<Lease> healthy = acquire("answers", 3);
		this.store.beforeBatch((commands) -> {
			if (isFor("hangs", commands)) {
				takeForEver();
			}
		});
		renewTogether();
		assertThat(hanging).noneMatch(Lease::isHeld);
		assertThat(healthy).allMatch(Lease::isHeld);
		assertThat(this.node.listener().losses()).map(LeaseLost::key)
			.containsExactlyInAnyOrder("hangs:0", "hangs:1", "hangs:2");
	}

	@Test
	void aPartThatFailsCountsForItsOwnLeasesAlone() {
		List<Lease> failing = acquire("fails", 3);
		List<Lease> healthy = acquire("answers", 3);
		this.store.beforeBatch((commands) -> {
			if (isFor("fails", commands)) {
				throw new LockStoreException("down", null);
			}
		});
		renewTogether();
		assertThat(healthy).allMatch((lease) -> lease.remaining().equals(SAFE));
		this.node.pass(TTL);
		assertThat(failing).noneMatch(Lease::isHeld);
		assertThat(healthy).allMatch(Lease::isHeld);
		assertThat(this.node.listener().losses()).hasSize(3);
	}

	@Test
	void aPartIsSentOneCallAtATime() {
		this.node.acquire("a:sooner");
		this.node.pass(seconds(2));
		this.node.acquire("a:later");
		AtomicInteger inFlight = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		this.store.beforeBatch((commands) -> {
			most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
			this.node.pass(seconds(3));
			inFlight.decrementAndGet();
		});
		this.node.pass(seconds(60));
		assertThat(this.store.batches()).hasSizeGreaterThan(5);
		assertThat(most).hasValue(1);
	}

	@Test
	void aLeaseIsRenewedWhereItsLockMovedTo() {
		Lease lease = acquire("old", 1).get(0);
		this.store.parts((key) -> "new");
		acquire("new", 1);
		renewTogether();
		assertThat(this.store.batchedKeys()).containsExactly(List.of("old:0", "new:0"));
		this.node.pass(SAFE.minusNanos(1));
		assertThat(lease.isHeld()).isTrue();
	}

	@Test
	void partsThatHaveNothingToDoAreForgotten() {
		List<Lease> leases = IntStream.range(0, 100).mapToObj((i) -> this.node.acquire(i + ":key")).toList();
		renewTogether();
		assertThat(this.store.batches()).hasSize(100);
		leases.forEach(Lease::close);
		assertThat(this.node.engine().isIdle()).isTrue();
	}

	private List<Lease> acquire(String part, int number) {
		return IntStream.range(0, number).mapToObj((i) -> this.node.acquire(part + ":" + i)).toList();
	}

	private static boolean isFor(String part, List<RenewCommand> commands) {
		return commands.stream().anyMatch((command) -> command.key().startsWith(part));
	}

	/** The other threads go on meanwhile. */
	private void takeForEver() {
		this.node.pass(SAFE.minusSeconds(10).plus(Duration.ofSeconds(5)));
		throw new LockStoreException("timed out", null);
	}

	private void renewTogether() {
		this.node.threads().hold(Kind.RENEWALS);
		this.node.pass(seconds(10));
		this.node.threads().resume(Kind.RENEWALS);
		this.node.settle();
	}

}
