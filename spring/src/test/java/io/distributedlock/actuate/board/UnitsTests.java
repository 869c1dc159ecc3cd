package io.distributedlock.actuate.board;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class UnitsTests {

	@ParameterizedTest
	@CsvSource({ "PT0S, 0 ms", "PT-1S, 0 ms", "PT0.0000004S, 0.01 ms", "PT0.00042S, 0.42 ms", "PT0.000999S, 1.0 ms",
			"PT0.0042S, 4.2 ms", "PT0.00996S, 10 ms", "PT0.42S, 420 ms", "PT0.9996S, 1.0 s", "PT4.24S, 4.2 s",
			"PT27.4S, 27 s", "PT59.6S, 1 min", "PT3M20S, 3 min 20 s", "PT59M59.9S, 1 h", "PT2H5M9S, 2 h 5 min",
			"P2DT3H, 2 d 3 h", "P365D, 365 d" })
	void durationsHaveTheDigitsThatMatter(Duration duration, String text) {
		assertThat(Units.duration(duration)).isEqualTo(text);
	}

	@ParameterizedTest
	@CsvSource({ "0, 0%", "0.0001, <0.1%", "0.057, 5.7%", "0.0996, 10%", "0.424, 42%", "1, 100%" })
	void ratiosAreInPercent(double ratio, String text) {
		assertThat(Units.percent(ratio)).isEqualTo(text);
	}

	@Test
	void countsAreGrouped() {
		assertThat(Units.count(1_234_567)).isEqualTo("1,234,567");
	}

	@Test
	void timesAreInUtcWithTheDateUnlessItIsTodays() {
		Instant instant = Instant.parse("2026-03-01T04:05:06.789Z");
		assertThat(Units.timeBefore(instant.plusSeconds(60), instant)).isEqualTo("04:05:06");
		assertThat(Units.timeBefore(instant.plus(Duration.ofDays(1)), instant)).isEqualTo("2026-03-01 04:05:06");
		assertThat(Units.dateAndTime(instant)).isEqualTo("2026-03-01 04:05:06 UTC");
	}

}
