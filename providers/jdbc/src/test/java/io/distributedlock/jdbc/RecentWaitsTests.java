package io.distributedlock.jdbc;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RecentWaitsTests {

	private long now = Long.MAX_VALUE - 1;

	private final RecentWaits waits = new RecentWaits(() -> this.now);

	@Test
	void aWaitThatEndedAMomentAgoIsRemembered() {
		this.waits.ended("k");
		pass(Duration.ofMillis(999));
		assertThat(this.waits.include("k")).isTrue();
	}

	@Test
	void aLockThatWasNotWaitedForIsNotIncluded() {
		this.waits.ended("k");
		assertThat(this.waits.include("another")).isFalse();
	}

	@Test
	void aWaitIsForgottenAfterASecond() {
		this.waits.ended("k");
		pass(Duration.ofSeconds(1));
		assertThat(this.waits.include("k")).isFalse();
	}

	@Test
	void theLastWaitForALockCounts() {
		this.waits.ended("k");
		pass(Duration.ofMillis(600));
		this.waits.ended("k");
		pass(Duration.ofMillis(600));
		assertThat(this.waits.include("k")).isTrue();
	}

	@Test
	void locksThatAreNotWaitedForAnyMoreLeaveNothing() {
		for (int i = 0; i < 100; i++) {
			this.waits.ended("idle" + i);
		}
		pass(Duration.ofSeconds(1));
		this.waits.ended("k");
		assertThat(this.waits.size()).isEqualTo(1);
	}

	@Test
	void aLockThatIsWaitedForAgainDoesNotKeepOthersFromBeingForgotten() {
		this.waits.ended("k");
		this.waits.ended("idle");
		pass(Duration.ofMillis(600));
		this.waits.ended("k");
		pass(Duration.ofMillis(600));
		this.waits.ended("k");
		assertThat(this.waits.size()).isEqualTo(1);
	}

	@Test
	void ofTooManyLocksThoseWaitedForLastAreRemembered() {
		for (int i = 0; i <= 1_000; i++) {
			this.waits.ended("k" + i);
		}
		assertThat(this.waits.size()).isEqualTo(1_000);
		assertThat(this.waits.include("k0")).isFalse();
		assertThat(this.waits.include("k1000")).isTrue();
	}

	private void pass(Duration time) {
		this.now += time.toNanos();
	}

}
