package io.distributedlock.sample.payments;

import java.math.BigDecimal;

/**
 * A payment that was authorized and is to be captured once.
 *
 * @param id the payment's number
 * @param amount what the customer pays
 * @param status whether it was captured
 */
record Payment(long id, BigDecimal amount, Status status) {

	boolean isCaptured() {
		return this.status == Status.CAPTURED;
	}

	enum Status {

		AUTHORIZED, CAPTURED

	}

}
