package io.distributedlock.sample.payments;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LockRequest;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/**
 * Fills the database with the payments of {@code requests.csv}. All nodes start at once,
 * one of them does it: a use of the lock without the annotation.
 */
@Component
class PaymentSeed implements ApplicationRunner {

	private static final LockRequest LOCK = LockRequest.of("payment-seed")
		.withName("PaymentSeed")
		.withWaitTime(Duration.ofSeconds(30));

	private final DistributedLocks locks;

	private final Payments payments;

	PaymentSeed(DistributedLocks locks, Payments payments) {
		this.locks = locks;
		this.payments = payments;
	}

	@Override
	public void run(ApplicationArguments args) {
		this.locks.run(LOCK, () -> {
			if (this.payments.isEmpty()) {
				this.payments.addAuthorized(firstRequests());
			}
		});
	}

	private static Collection<CaptureRequest> firstRequests() {
		Map<Long, CaptureRequest> first = new LinkedHashMap<>();
		CaptureRequest.readAll().forEach((request) -> first.putIfAbsent(request.paymentId(), request));
		return first.values();
	}

}
