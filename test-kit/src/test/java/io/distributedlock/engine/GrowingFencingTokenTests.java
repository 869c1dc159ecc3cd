package io.distributedlock.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.distributedlock.Lease;
import io.distributedlock.LockContext;
import org.junit.jupiter.api.Test;

import static io.distributedlock.engine.HoldingNode.KEY;
import static io.distributedlock.engine.HoldingNode.TTL;
import static io.distributedlock.engine.HoldingNode.request;
import static io.distributedlock.engine.HoldingNode.seconds;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The numbers of the grants of one lock.
 */
class GrowingFencingTokenTests {

	private final HoldingNode node = HoldingNode.start();

	private final HoldingNode other = this.node.another();

	private final List<Long> tokens = new ArrayList<>();

	@Test
	void tokensGrowHoweverTheLockChangesHands() {
		for (int i = 0; i < 10; i++) {
			note(this.node.acquire()).close();
			note(this.other.acquire()).close();
			note(this.node.acquireUnrenewed());
			this.node.pass(TTL);
			note(this.other.acquire());
			assertThat(this.node.engine().forceRelease(KEY)).isTrue();
			note(this.node.acquire());
			assertThat(this.node.engine().forceRelease(KEY)).isTrue();
			this.node.engine().run(request(), () -> note(LockContext.current().orElseThrow()));
			note(this.node.engine().acquire(request().withMinHold(seconds(1)))).close();
			this.node.pass(seconds(1));
		}
		assertThat(this.tokens).hasSize(70).isSorted().doesNotHaveDuplicates();
		assertThat(this.tokens.get(69)).isLessThan(1L << 53);
	}

	@Test
	void tokensGrowAlthoughTheClockIsSetBack() {
		note(this.node.acquire()).close();
		this.node.time().jumpWallClock(Duration.ofDays(-1));
		note(this.node.acquire()).close();
		note(this.other.acquire());
		assertThat(this.tokens).isSorted().doesNotHaveDuplicates();
	}

	@Test
	void aLeaseKeepsItsTokenThroughRenewalExtensionAndReentry() {
		Lease lease = this.node.acquire();
		long token = lease.fencingToken();
		this.node.pass(TTL.multipliedBy(3));
		lease.extend(TTL.multipliedBy(2));
		assertThat(lease.fencingToken()).isEqualTo(token);
		assertThat(this.node.engine().find(KEY).orElseThrow().fencingToken()).isEqualTo(token);
		lease.close();
		assertThat(lease.fencingToken()).isEqualTo(token);
	}

	private Lease note(Lease lease) {
		this.tokens.add(lease.fencingToken());
		return lease;
	}

}
