package io.distributedlock.engine;

import java.time.Duration;
import java.util.List;

import ch.qos.logback.classic.Level;
import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.distributedlock.engine.HoldingNode.KEY;
import static io.distributedlock.engine.HoldingNode.SAFE;
import static io.distributedlock.engine.HoldingNode.TTL;
import static io.distributedlock.engine.HoldingNode.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What operators read, and how much of it.
 */
class OperatorLogTests {

	private final HoldingNode node = HoldingNode.start();

	private final LogCapture log = LogCapture.of("io.distributedlock");

	@AfterEach
	void endCapture() {
		this.log.close();
	}

	@Test
	void anOutageIsToldWhenItBeginsEachMinuteAndWhenItEnds() {
		Lease lease = this.node.engine().acquire(HoldingNode.request().withTtl(Duration.ofMinutes(10)));
		storeIsDown();

		this.node.pass(Duration.ofMinutes(8));
		storeWorks();
		this.node.pass(Duration.ofMinutes(2));

		assertThat(lease.isHeld()).isTrue();
		int failures = this.node.listener().failures().size();
		List<String> warnings = this.log.messages(Level.WARN);
		assertThat(warnings).hasSizeLessThan(failures).hasSizeBetween(2, 6);
		assertThat(warnings.get(0)).startsWith("Provider 'memory' fails: could not renew lock '" + KEY + "' (orders)")
			.contains("with fencing token " + lease.fencingToken(), "ms remain");
		assertThat(warnings.get(1)).startsWith("Provider 'memory' has been failing for ")
			.contains(" steps", KEY, "down");
		assertThat(this.log.messages(Level.INFO)).singleElement()
			.asString()
			.startsWith("Provider 'memory' answers again. It had failed for ")
			.endsWith("in " + failures + " steps");
	}

	@Test
	void manyStepsThatFailAtTheSameTimeAreOneWarning() {
		for (int i = 0; i < 100; i++) {
			this.node.acquire("order:" + i);
		}
		storeIsDown();
		this.node.pass(seconds(12));

		assertThat(this.node.listener().failures()).hasSizeGreaterThanOrEqualTo(100);
		assertThat(this.log.messages(Level.WARN)).hasSize(1);
	}

	@Test
	void aStoreThatFailsNowAndThenIsToldOnceAMinute() {
		this.node.store().releasing((command) -> {
			throw new LockStoreException("down", null);
		});
		for (int i = 0; i < 20; i++) {
			this.node.acquire("order:" + i).close();
			this.node.pass(seconds(1));
		}
		assertThat(this.log.messages(Level.WARN)).hasSize(1);
		assertThat(this.log.messages(Level.INFO)).isEmpty();
		this.node.pass(seconds(10));
		this.node.acquire();
		assertThat(this.log.messages(Level.INFO)).singleElement().asString().contains("answers again");
	}

	@Test
	void anAcquisitionThatFailsIsToldToo() {
		this.node.store().acquiring((command) -> {
			throw new LockStoreException("down", null);
		});
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(this.node::acquire);
		assertThat(this.log.messages(Level.WARN)).containsExactly(
				"Provider 'memory' fails: could not acquire lock 'order:42' (orders) of provider 'memory'");
	}

	@Test
	void manyLostLeasesAreTenWarningsAMinuteAndANumber() {
		for (int i = 0; i < 50; i++) {
			this.node.engine().acquire(HoldingNode.unrenewed().withKey("order:" + i));
		}
		this.node.pass(SAFE);
		assertThat(this.log.messages(Level.WARN)).hasSize(10)
			.first()
			.asString()
			.contains("Lost lock 'order:", "(orders) of provider 'memory' with fencing token",
					"after 29700 ms: DEADLINE");

		this.node.pass(Duration.ofMinutes(1));
		assertThat(this.log.messages(Level.WARN)).hasSize(11)
			.last()
			.isEqualTo("40 more leases of provider 'memory' were lost within the last minute");
	}

	@Test
	void aHolderThatRenewsForManyTtlsIsToldEachTimeThatHasDoubled() {
		Lease lease = this.node.engine().acquire(LockRequest.of(KEY).withTtl(TTL).withName("orders"));
		this.node.pass(TTL.multipliedBy(49));
		assertThat(this.log.messages(Level.WARN)).isEmpty();
		this.node.pass(TTL.multipliedBy(2));
		assertThat(this.log.messages(Level.WARN)).singleElement()
			.asString()
			.startsWith("Holding lock 'order:42' (orders) of provider 'memory' with fencing token "
					+ lease.fencingToken() + " for 15")
			.contains("is its holder stuck?");
		this.node.pass(TTL.multipliedBy(160));
		assertThat(this.log.messages(Level.WARN)).hasSize(3);
	}

	@Test
	void aForcedReleaseIsTold() {
		long token = this.node.acquire().fencingToken();
		this.node.engine().forceRelease(KEY);
		this.node.settle();
		assertThat(this.log.messages(Level.WARN)).first()
			.isEqualTo("Lock 'order:42' of provider 'memory' was released by force. It was held by node 'a' with "
					+ "fencing token %d, this one, which knows at once".formatted(token));
	}

	private void storeIsDown() {
		this.node.store().renewing((command) -> {
			throw new LockStoreException("down", null);
		});
	}

	private void storeWorks() {
		this.node.store().renewing(this.node.store().memory()::renew);
	}

}
