package io.distributedlock.engine;

import java.time.Duration;
import java.util.stream.IntStream;

import io.distributedlock.store.AcquireResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class RecheckTests {

	private static final AcquireResult HELD_FOR_LONG = held(Duration.ofDays(1));

	@ParameterizedTest
	@EnumSource
	void neverLongerThanASecond(Recheck recheck) {
		for (int asked = 0; asked < 10_000; asked++) {
			assertThat(recheck.delay(asked, HELD_FOR_LONG)).isPositive()
				.isLessThanOrEqualTo(Duration.ofSeconds(1).toNanos());
		}
	}

	@ParameterizedTest
	@EnumSource
	void neverLongerThanTheHolderHasLeft(Recheck recheck) {
		for (int millis = 0; millis < 1000; millis++) {
			assertThat(recheck.delay(millis, held(Duration.ofMillis(millis)))).isPositive()
				.isLessThanOrEqualTo(Duration.ofMillis(millis + 1).toNanos());
		}
	}

	@ParameterizedTest
	@EnumSource
	void aBusyStoreIsAskedAgainSoon(Recheck recheck) {
		for (int asked = 0; asked < 1000; asked++) {
			assertThat(recheck.delay(asked, new AcquireResult.Busy())).isPositive()
				.isLessThanOrEqualTo(Duration.ofMillis(100).toNanos());
		}
	}

	@ParameterizedTest
	@EnumSource
	void nodesThatStartTogetherDoNotAskTogether(Recheck recheck) {
		long differentDelays = IntStream.range(0, 100)
			.mapToLong((i) -> recheck.delay(8, HELD_FOR_LONG))
			.distinct()
			.count();
		assertThat(differentDelays).isGreaterThan(90);
	}

	private static AcquireResult held(Duration remaining) {
		return new AcquireResult.Held("other-node", 7, remaining);
	}

}
