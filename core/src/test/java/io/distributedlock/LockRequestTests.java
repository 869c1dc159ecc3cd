package io.distributedlock;

import java.time.Duration;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class LockRequestTests {

	private static final Duration YEAR = Duration.ofDays(365);

	private final LockRequest request = LockRequest.of("order:42");

	@Test
	void keepsItsOptionsWithAnotherKey() {
		assertThat(this.request.withTtl(Duration.ofSeconds(1)).withKey("order:43"))
			.isEqualTo(LockRequest.of("order:43").withTtl(Duration.ofSeconds(1)));
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> this.request.withKey(" "));
	}

	@Test
	void aNewRequestLeavesEverythingToTheConfiguration() {
		assertThat(this.request.key()).isEqualTo("order:42");
		assertThat(this.request.ttl()).isEmpty();
		assertThat(this.request.waitTime()).isEmpty();
		assertThat(this.request.maxHold()).isEmpty();
		assertThat(this.request.provider()).isEmpty();
		assertThat(this.request.minHold()).isZero();
		assertThat(this.request.renewal()).isEqualTo(Renewal.DEFAULT);
		assertThat(this.request.onLeaseLost()).isEqualTo(OnLeaseLost.DEFAULT);
		assertThat(this.request.name()).isEqualTo("unnamed");
	}

	@Test
	void eachOptionIsKeptAndChangesNoOther() {
		LockRequest full = full();
		assertThat(full.key()).isEqualTo("order:42");
		assertThat(full.ttl()).contains(Duration.ofSeconds(1));
		assertThat(full.waitTime()).contains(Duration.ofSeconds(2));
		assertThat(full.minHold()).isEqualTo(Duration.ofSeconds(3));
		assertThat(full.maxHold()).contains(Duration.ofSeconds(4));
		assertThat(full.renewal()).isEqualTo(Renewal.NONE);
		assertThat(full.onLeaseLost()).isEqualTo(OnLeaseLost.INTERRUPT);
		assertThat(full.name()).isEqualTo("Orders.capture");
		assertThat(full.provider()).contains("redis");
	}

	@Test
	void aRequestIsAValue() {
		LockRequest changed = this.request.withTtl(Duration.ofSeconds(1));
		assertThat(this.request.ttl()).isEmpty();
		assertThat(changed).isNotEqualTo(this.request)
			.isEqualTo(LockRequest.of("order:42").withTtl(Duration.parse("PT1S")))
			.hasSameHashCodeAs(LockRequest.of("order:42").withTtl(Duration.parse("PT1S")));
		assertThat(this.request).isNotEqualTo(LockRequest.of("order:43"));
		assertThat(full()).isEqualTo(full());
		assertThat(full().toString()).contains("order:42", "PT1S", "PT2S", "Orders.capture", "redis");
	}

	@Test
	void aTtlIsFromAMillisecondToAYear() {
		assertThat(this.request.withTtl(Duration.ofMillis(1)).ttl()).contains(Duration.ofMillis(1));
		assertThat(this.request.withTtl(YEAR).ttl()).contains(YEAR);
		assertOutOfRange("ttl is PT0S: it must be between PT0.001S and PT8760H",
				() -> this.request.withTtl(Duration.ZERO));
		assertOutOfRange("ttl is PT-1S", () -> this.request.withTtl(Duration.ofSeconds(-1)));
		assertOutOfRange("ttl is PT0.000999999S", () -> this.request.withTtl(Duration.ofNanos(999_999)));
		assertOutOfRange("ttl is PT8760H0.000000001S", () -> this.request.withTtl(YEAR.plusNanos(1)));
	}

	@Test
	void aWaitTimeIsFromNothingToAYear() {
		assertThat(this.request.withWaitTime(Duration.ZERO).waitTime()).contains(Duration.ZERO);
		assertThat(this.request.withWaitTime(YEAR).waitTime()).contains(YEAR);
		assertOutOfRange("waitTime is PT-0.000000001S: it must be between PT0S and PT8760H",
				() -> this.request.withWaitTime(Duration.ofNanos(-1)));
		assertOutOfRange("waitTime is", () -> this.request.withWaitTime(YEAR.plusNanos(1)));
	}

	@Test
	void aMinHoldIsFromNothingToAYear() {
		assertThat(this.request.withMinHold(YEAR).minHold()).isEqualTo(YEAR);
		assertOutOfRange("minHold is PT-1S", () -> this.request.withMinHold(Duration.ofSeconds(-1)));
		assertOutOfRange("minHold is", () -> this.request.withMinHold(YEAR.plusNanos(1)));
	}

	@Test
	void aMaxHoldIsFromAMillisecondToAYear() {
		assertThat(this.request.withMaxHold(Duration.ofMillis(1)).maxHold()).contains(Duration.ofMillis(1));
		assertOutOfRange("maxHold is PT0S", () -> this.request.withMaxHold(Duration.ZERO));
		assertOutOfRange("maxHold is", () -> this.request.withMaxHold(YEAR.plusNanos(1)));
	}

	@Test
	void namesAreNotBlank() {
		assertOutOfRange("name is blank: give it a value or leave it out", () -> this.request.withName(" "));
		assertOutOfRange("provider is blank: give it a value or leave it out", () -> this.request.withProvider(""));
	}

	@Test
	@SuppressWarnings("NullAway")
	void choicesAreNotNull() {
		assertThatNullPointerException().isThrownBy(() -> this.request.withRenewal(null)).withMessage("renewal");
		assertThatNullPointerException().isThrownBy(() -> this.request.withOnLeaseLost(null))
			.withMessage("onLeaseLost");
	}

	private LockRequest full() {
		return this.request.withTtl(Duration.ofSeconds(1))
			.withWaitTime(Duration.ofSeconds(2))
			.withMinHold(Duration.ofSeconds(3))
			.withMaxHold(Duration.ofSeconds(4))
			.withRenewal(Renewal.NONE)
			.withOnLeaseLost(OnLeaseLost.INTERRUPT)
			.withName("Orders.capture")
			.withProvider("redis");
	}

	private static void assertOutOfRange(String message, ThrowingCallable call) {
		assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(message);
	}

}
