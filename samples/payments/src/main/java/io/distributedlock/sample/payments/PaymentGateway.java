package io.distributedlock.sample.payments;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import org.springframework.stereotype.Component;

/**
 * Stands for the company that moves the money. Charges as often as it is asked to.
 */
@Component
class PaymentGateway {

	private final Duration time;

	PaymentGateway(PaymentsProperties properties) {
		this.time = properties.gatewayTime();
	}

	void charge(Payment payment) {
		LockSupport.parkNanos(payment, this.time.toNanos());
	}

}
