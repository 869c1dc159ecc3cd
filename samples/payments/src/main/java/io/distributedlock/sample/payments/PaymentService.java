package io.distributedlock.sample.payments;

import io.distributedlock.annotation.DistributedLock;

import org.springframework.stereotype.Service;

/**
 * Captures payments. Nothing but the lock keeps two requests for one payment from both
 * charging the customer.
 */
@Service
class PaymentService {

	private final Payments payments;

	private final PaymentGateway gateway;

	PaymentService(Payments payments, PaymentGateway gateway) {
		this.payments = payments;
		this.gateway = gateway;
	}

	/**
	 * Captures a payment unless that was done before. Requests for one payment run one
	 * after the other on whichever nodes they arrive; requests for different payments do
	 * not wait for each other. A request waits longer than a dead node's lease lasts.
	 * @param id the payment's number
	 * @return whether this request captured it
	 */
	@DistributedLock(key = "payment:#{#id}", ttl = "5s", waitTime = "10s")
	public CaptureOutcome capture(long id) {
		Payment payment = this.payments.get(id);
		if (payment.isCaptured()) {
			return CaptureOutcome.ALREADY_CAPTURED;
		}
		this.gateway.charge(payment);
		this.payments.recordCapture(payment);
		return CaptureOutcome.CAPTURED;
	}

}
