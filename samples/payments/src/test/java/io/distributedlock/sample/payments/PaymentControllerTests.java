package io.distributedlock.sample.payments;

import java.time.Duration;

import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockStoreException;
import org.junit.jupiter.api.Test;

import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class PaymentControllerTests {

	private final PaymentService service = mock(PaymentService.class);

	private final MockMvcTester mvc = MockMvcTester.of(new PaymentController(this.service));

	@Test
	void aCaptureIsOk() {
		given(this.service.capture(42)).willReturn(CaptureOutcome.CAPTURED);

		assertThat(this.mvc.post().uri("/payments/42/capture")).hasStatus(200);
	}

	@Test
	void aDuplicateIsAConflict() {
		given(this.service.capture(42)).willReturn(CaptureOutcome.ALREADY_CAPTURED);

		assertThat(this.mvc.post().uri("/payments/42/capture")).hasStatus(409)
			.bodyText()
			.contains("Payment 42 was already captured");
	}

	@Test
	void anUnknownPaymentIsNotFound() {
		given(this.service.capture(42)).willThrow(new UnknownPaymentException(42));

		assertThat(this.mvc.post().uri("/payments/42/capture")).hasStatus(404);
	}

	@Test
	void aPaymentThatStaysLockedMayBeTriedAgain() {
		given(this.service.capture(42))
			.willThrow(new LockNotAcquiredException("payment:42", Duration.ofSeconds(10), "node-8082"));

		assertThat(this.mvc.post().uri("/payments/42/capture")).hasStatus(503)
			.hasHeader("Retry-After", "1")
			.bodyText()
			.contains("node-8082");
	}

	@Test
	void aFailingLockStoreMayBeTriedAgain() {
		given(this.service.capture(42)).willThrow(new LockStoreException("no answer", new IllegalStateException()));

		assertThat(this.mvc.post().uri("/payments/42/capture")).hasStatus(503).hasHeader("Retry-After", "1");
	}

}
