package io.distributedlock.engine;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class DeadlinesTests {

	@ParameterizedTest
	@CsvSource({ "PT0.001S, PT0.00025S", "PT0.04S, PT0.01S", "PT0.08S, PT0.02S", "PT0.1S, PT0.02S", "PT2S, PT0.02S",
			"PT2.1S, PT0.021S", "PT30S, PT0.3S", "PT8760H, PT87H36M" })
	void theMarginIsOnePercentAtLeastTwentyMillisecondsAtMostAQuarter(Duration ttl, Duration margin) {
		assertThat(Deadlines.margin(ttl)).isEqualTo(margin.toNanos());
	}

	@Test
	void aDeadlineIsCountedFromBeforeTheRequestWasSent() {
		assertThat(Deadlines.of(5, Duration.ofSeconds(30))).isEqualTo(5 + Duration.ofMillis(29_700).toNanos());
	}

	@Test
	void aDeadlineMayPassTheEndOfTheClocksRange() {
		long sent = Long.MAX_VALUE - 1000;
		assertThat(Deadlines.of(sent, Duration.ofSeconds(30)) - sent).isEqualTo(Duration.ofMillis(29_700).toNanos());
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 10, 20, 60, 79, 80, 100, 980, 1000, 1999, 2000, 2001, 5000, 30_000, 3_600_000,
			365L * 24 * 3_600_000 })
	void whatAnExtensionAsksForLeavesWhatItPromised(long millis) {
		Duration promised = Duration.ofMillis(millis);
		Duration asked = Deadlines.ttlThatLeaves(promised);
		assertThat(Deadlines.of(0, asked)).isGreaterThanOrEqualTo(promised.toNanos());
		assertThat(asked).isLessThanOrEqualTo(promised.multipliedBy(102).dividedBy(100).plusMillis(20));
	}

}
