package io.distributedlock.metrics;

import io.distributedlock.LockAttempt;
import io.distributedlock.StaleFencingTokenException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LockMetersTests {

	private final StaleFencingTokenException rejection = new StaleFencingTokenException("order:42", 1, 2);

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final LockMeters meters = new LockMeters(this.registry);

	@Test
	void countsFencingRejectionsByLockAndProvider() {
		this.meters.fencingRejected(this.rejection, new LockAttempt("order:42", "OrderService.capture", "redis"));
		this.meters.fencingRejected(this.rejection, new LockAttempt("order:43", "OrderService.capture", "redis"));
		assertThat(rejections("OrderService.capture", "redis")).isEqualTo(2);
		assertThat(this.registry.getMeters()).hasSize(1);
	}

	@Test
	void countsFencingRejectionsWithoutALock() {
		this.meters.fencingRejected(this.rejection, null);
		assertThat(rejections("none", "none")).isEqualTo(1);
	}

	private double rejections(String lock, String provider) {
		return this.registry.get("distributed.lock.fencing.rejections")
			.tags("lock", lock, "provider", provider)
			.counter()
			.count();
	}

}
