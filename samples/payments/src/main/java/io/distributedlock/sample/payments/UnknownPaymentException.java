package io.distributedlock.sample.payments;

/**
 * There is no payment of that number.
 */
class UnknownPaymentException extends RuntimeException {

	UnknownPaymentException(long id) {
		super("There is no payment " + id);
	}

}
