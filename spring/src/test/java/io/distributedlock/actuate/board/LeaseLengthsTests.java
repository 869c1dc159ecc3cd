package io.distributedlock.actuate.board;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.distributedlock.LockInfo;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LeaseLengthsTests {

	private static final Instant GRANT = Instant.parse("2026-03-01T04:05:06Z");

	private final LeaseLengths lengths = new LeaseLengths();

	@Test
	void leaseThatIsYoungIsAsLongAsItsAgeAndWhatRemains() {
		assertThat(length(4, 26)).isEqualTo(Duration.ofSeconds(30));
	}

	@Test
	void leaseThatIsOldIsAsLongAsWhatRemainsAtFirst() {
		assertThat(length(3_600, 24)).isEqualTo(Duration.ofSeconds(24));
	}

	@Test
	void leaseThatMayHaveBeenRenewedIsNotTakenForALongerOne() {
		assertThat(length(11, 29)).isEqualTo(Duration.ofSeconds(29));
	}

	@Test
	void leaseIsAsLongAsItWasEverSeenToBe() {
		length(3_600, 20);
		assertThat(length(3_601, 45)).isEqualTo(Duration.ofSeconds(45));
		assertThat(length(3_641, 5)).isEqualTo(Duration.ofSeconds(45));
	}

	@Test
	void grantInOurFutureIsAsLongAsWhatRemains() {
		assertThat(length(-10, 30)).isEqualTo(Duration.ofSeconds(30));
	}

	@Test
	void leasesThatAreGoneAreForgotten() {
		length(0, 60);
		this.lengths.retain(List.of());
		assertThat(length(30, 30)).isEqualTo(Duration.ofSeconds(30));
	}

	private Duration length(long age, long remaining) {
		LockInfo lock = new LockInfo("orders", "memory", "a", 1, GRANT, Duration.ofSeconds(remaining));
		return this.lengths.of(lock, GRANT.plusSeconds(age));
	}

}
