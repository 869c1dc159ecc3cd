package io.distributedlock.sample.payments;

/**
 * What became of a request to capture a payment.
 */
enum CaptureOutcome {

	/** The customer was charged. */
	CAPTURED,

	/** An earlier request had captured the payment: nothing was done. */
	ALREADY_CAPTURED

}
