package io.distributedlock.sample.payments;

import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockStoreException;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The service's HTTP interface: 200 for a capture, 409 for a duplicate, 503 for a request
 * that may be sent again.
 */
@RestController
class PaymentController {

	private final PaymentService service;

	PaymentController(PaymentService service) {
		this.service = service;
	}

	@PostMapping("/payments/{id}/capture")
	ResponseEntity<?> capture(@PathVariable long id) {
		return switch (this.service.capture(id)) {
			case CAPTURED -> ResponseEntity.ok().build();
			case ALREADY_CAPTURED -> ResponseEntity
				.of(ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, "Payment " + id + " was already captured"))
				.build();
		};
	}

	@ExceptionHandler(UnknownPaymentException.class)
	ErrorResponse unknown(UnknownPaymentException ex) {
		return ErrorResponse.create(ex, HttpStatus.NOT_FOUND, String.valueOf(ex.getMessage()));
	}

	/**
	 * Somebody else held the lock for as long as we would wait, or the lock store did not
	 * answer: nothing was done.
	 */
	@ExceptionHandler({ LockNotAcquiredException.class, LockStoreException.class })
	ErrorResponse tryAgain(RuntimeException ex) {
		return ErrorResponse.builder(ex, HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(ex.getMessage()))
			.header(HttpHeaders.RETRY_AFTER, "1")
			.build();
	}

}
