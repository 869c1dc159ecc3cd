package io.distributedlock.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.distributedlock.InvalidLockKeyException;
import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.Renewal;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.metrics.LockNames;
import io.distributedlock.statistics.LockStatistics;
import io.distributedlock.store.LockProvider;
import io.distributedlock.test.ControllableTime;
import io.micrometer.core.instrument.MockClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

class LocksEndpointTests {

	private static final LockRequest PAYMENT = LockRequest.of("payment:42")
		.withName("PaymentService.capture")
		.withRenewal(Renewal.NONE);

	private final ControllableTime time = new ControllableTime();

	private final MockClock clock = new MockClock();

	private final LockStatistics statistics = new LockStatistics(new LockNames(), this.clock);

	private final LockEngine engine = LockEngine.builder()
		.provider(new LockProvider("memory", () -> new MemoryLockStore(this.time)))
		.provider(new LockProvider("other", () -> new MemoryLockStore(this.time)))
		.nodeId("shop@host:4711-9f3c")
		.keyPrefix("shop:")
		.time(this.time)
		.listener(this.statistics)
		.build();

	private final LocksEndpoint endpoint = new LocksEndpoint(() -> this.engine, this.statistics);

	@AfterEach
	void close() {
		this.engine.close();
	}

	@Test
	void aNodeThatLockedNothingHasNoLocks() {
		assertThat(this.endpoint.locks()).isEqualTo(new LocksDescriptor("memory", "shop@host:4711-9f3c", "shop:",
				this.endpoint.locks().locks(), List.of()));
		assertThat(this.endpoint.locks().locks()).isEmpty();
	}

	@Test
	void countsWhatHappenedToALock() {
		this.engine.run(PAYMENT, () -> this.time.advance(Duration.ofMillis(10)));
		this.engine.run(PAYMENT, () -> this.time.advance(Duration.ofMillis(20)));
		Lease held = this.engine.acquire(PAYMENT);
		assertThat(this.engine.tryAcquire(PAYMENT)).isEmpty();
		this.clock.add(1, TimeUnit.MILLISECONDS);

		LockDescriptor lock = lock("PaymentService.capture");
		assertThat(lock).isEqualTo(new LockDescriptor("memory", 3, 1, 1, 0, 0, 0.25, 0, 1,
				new LockDescriptor.Acquisition(4, 0, 0, 0, 0, 0), new LockDescriptor.Hold(2, 15, 20),
				new LockDescriptor.Renewals(0, 0)));
		held.close();
		assertThat(lock("PaymentService.capture").held()).isZero();
	}

	@Test
	void locksOfAnotherProviderAreNamedAfterItToo() {
		try (Lease here = this.engine.acquire(PAYMENT);
				Lease there = this.engine.acquire(PAYMENT.withProvider("other"))) {
			assertThat(this.endpoint.locks().locks()).containsOnlyKeys("PaymentService.capture",
					"PaymentService.capture@other");
			assertThat(this.endpoint.locks().locks().values())
				.extracting(LockDescriptor::provider, LockDescriptor::held)
				.containsExactly(tuple("memory", 1L), tuple("other", 1L));
			assertThat(this.endpoint.locks().leases()).extracting(LeaseDescriptor::provider)
				.containsExactlyInAnyOrder(here.provider(), there.provider());
		}
	}

	@Test
	void leasesOfNamesBeyondTheLimitAreHeldByTheOthers() {
		for (int i = 0; i < 200; i++) {
			this.engine.run(LockRequest.of("known").withName("Known.number" + i), () -> {
			});
		}
		Lease first = this.engine.acquire(LockRequest.of("first").withName("Unknown.first"));
		Lease second = this.engine.acquire(LockRequest.of("second").withName("Unknown.second"));
		assertThat(this.endpoint.locks().locks()).hasSize(201);
		assertThat(lock(LockNames.OTHER).held()).isEqualTo(2);
		first.close();
		second.close();
	}

	@Test
	void leasesThatEndFirstAreShownFirst() {
		Lease shorter = this.engine.acquire(PAYMENT.withTtl(Duration.ofSeconds(10)));
		this.engine.acquire(LockRequest.of("order:1").withTtl(Duration.ofSeconds(20)));
		List<LeaseDescriptor> leases = this.endpoint.locks().leases();
		assertThat(leases).extracting(LeaseDescriptor::key).containsExactly("payment:42", "order:1");
		assertThat(leases.get(0)).isEqualTo(new LeaseDescriptor("payment:42", "PaymentService.capture", "memory",
				shorter.fencingToken(), shorter.acquiredAt(), shorter.remaining().toMillis()));
	}

	@Test
	void noMoreThanAThousandLeasesAreShown() {
		for (int i = 0; i < 1_001; i++) {
			this.engine.acquire(LockRequest.of("order:" + i).withTtl(Duration.ofSeconds(20_000 - i)));
		}
		assertThat(this.endpoint.locks().leases()).hasSize(1_000)
			.extracting(LeaseDescriptor::key)
			.startsWith("order:1000")
			.doesNotContain("order:0");
		assertThat(lock("unnamed").held()).isEqualTo(1_001);
	}

	@Test
	void theHolderOfALockIsLookedUp() {
		Lease lease = this.engine.acquire(PAYMENT.withTtl(Duration.ofSeconds(30)));
		this.time.advance(Duration.ofSeconds(3));
		assertThat(this.endpoint.lock("payment:42")).isEqualTo(new HeldLockDescriptor("payment:42", "memory", true,
				"shop@host:4711-9f3c", lease.fencingToken(), lease.acquiredAt(), 27_000));
		assertThat(this.endpoint.lock("payment:43")).isNull();
	}

	@Test
	void aLockIsReleasedByForceOnce() {
		Lease lease = this.engine.acquire(PAYMENT);
		assertThat(this.endpoint.forceRelease("payment:42"))
			.isEqualTo(new ForcedReleaseDescriptor("payment:42", "memory", true));
		assertThat(lease.isHeld()).isFalse();
		assertThat(this.endpoint.forceRelease("payment:42").released()).isFalse();
	}

	@Test
	void aKeyThatNoLockCanHaveIsRefused() {
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> this.endpoint.lock(" "));
		assertThatExceptionOfType(InvalidLockKeyException.class)
			.isThrownBy(() -> this.endpoint.forceRelease("a\nb", "'alice'"));
	}

	private LockDescriptor lock(String name) {
		return Objects.requireNonNull(this.endpoint.locks().locks().get(name));
	}

}
