package io.distributedlock.sample.payments;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CaptureRequestTests {

	private final List<CaptureRequest> requests = CaptureRequest.readAll();

	@Test
	void theFileRepeatsMostPayments() {
		assertThat(this.requests).hasSize(3000);
		assertThat(this.requests.stream().map(CaptureRequest::paymentId).distinct()).hasSize(1000);
	}

	@Test
	void manyRepetitionsArriveCloseToEachOtherAtDifferentNodes() {
		int nodes = 3;
		long close = IntStream.range(1, this.requests.size())
			.filter((i) -> id(i) == id(i - 1) || (i >= nodes - 1 && id(i) == id(i - (nodes - 1))))
			.count();

		assertThat(close).isGreaterThan(500);
	}

	@Test
	void aPaymentHasTheSameAmountInEveryRequest() {
		Map<Long, List<CaptureRequest>> byPayment = this.requests.stream()
			.collect(Collectors.groupingBy(CaptureRequest::paymentId));

		assertThat(byPayment.values()).allSatisfy((same) -> assertThat(new HashSet<>(same)).hasSize(1));
	}

	private long id(int number) {
		return this.requests.get(number).paymentId();
	}

}
