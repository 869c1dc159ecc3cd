package io.distributedlock.actuate;

import java.time.Duration;
import java.util.Map;

import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.StoreProbe;
import io.distributedlock.test.ControllableTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

@Timeout(60)
class LockHealthIndicatorTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final ControllableTime time = new ControllableTime();

	private final LockStore store = mock(LockStore.class, withSettings().extraInterfaces(StoreProbe.class));

	private final LockEngine engine = LockEngine.builder()
		.provider(new LockProvider("mine", () -> this.store))
		.provider(new LockProvider("memory", () -> new MemoryLockStore(this.time)))
		.provider(new LockProvider("silent", () -> mock(LockStore.class)))
		.time(this.time)
		.build();

	private final LockHealthIndicator indicator = new LockHealthIndicator(this.engine, SECOND, 3);

	@AfterEach
	void close() {
		this.engine.close();
	}

	@Test
	void aStoreThatAnswersIsUp() {
		answersAfter(Duration.ofMillis(7));
		Health health = this.indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).isEqualTo(Map.of("mine", Map.of("status", "UP", "latencyMillis", 7.0)));
	}

	@Test
	void aStoreThatFailsIsDownAtOnce() {
		fails(new LockStoreException("The database does not answer", null));
		Health health = this.indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails())
			.isEqualTo(Map.of("mine", Map.of("status", "DOWN", "error", "The database does not answer")));
	}

	@Test
	void aStoreThatBreaksItsPromiseIsDown() {
		fails(new IllegalStateException("no route to host"));
		assertThat(this.indicator.health().getStatus()).isEqualTo(Status.DOWN);
		assertThat(this.indicator.health().getDetails().get("mine")).asString()
			.contains("Store of provider 'mine' does not work", "no route to host");
	}

	@Test
	void aStoreThatWorksAgainIsUpAtOnce() {
		fails(new LockStoreException("The database does not answer", null));
		assertThat(this.indicator.health().getStatus()).isEqualTo(Status.DOWN);
		answersAfter(Duration.ZERO);
		assertThat(this.indicator.health().getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void aSingleSlowAnswerIsMentionedOnly() {
		answersAfter(SECOND.plusMillis(1));
		assertThat(this.indicator.health().getStatus()).isEqualTo(Status.UP);
		answersAfter(SECOND);
		assertThat(this.indicator.health().getDetails().get("mine"))
			.isEqualTo(Map.of("status", "UP", "latencyMillis", 1_000.0));
		answersAfter(SECOND.plusMillis(1));
		assertThat(this.indicator.health().getDetails().get("mine"))
			.isEqualTo(Map.of("status", "UP", "latencyMillis", 1_001.0, "slow", 1));
	}

	@Test
	void aStoreThatIsSlowSeveralTimesInARowIsDownUntilItIsFast() {
		answersAfter(SECOND.multipliedBy(2));
		assertThat(this.indicator.health().getStatus()).isEqualTo(Status.UP);
		assertThat(this.indicator.health().getStatus()).isEqualTo(Status.UP);
		assertThat(this.indicator.health().getStatus()).isEqualTo(Status.DOWN);
		assertThat(this.indicator.health().getDetails().get("mine"))
			.isEqualTo(Map.of("status", "DOWN", "latencyMillis", 2_000.0, "slow", 4));
		answersAfter(Duration.ZERO);
		assertThat(this.indicator.health().getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void theProvidersInUseAreAsked() {
		assertThat(this.indicator.health().getDetails()).containsOnlyKeys("mine");
		this.engine.run(LockRequest.of("a").withProvider("memory"),
				() -> assertThat(this.indicator.health().getDetails()).containsOnlyKeys("mine", "memory"));
	}

	@Test
	void oneStoreThatFailsIsEnough() {
		this.engine.run(LockRequest.of("a").withProvider("memory"), () -> {
			fails(new LockStoreException("The database does not answer", null));
			Health health = this.indicator.health();
			assertThat(health.getStatus()).isEqualTo(Status.DOWN);
			assertThat(health.getDetails().get("memory")).asString().contains("status=UP");
		});
	}

	@Test
	void aStoreThatCannotBeAskedIsUnknownAndDoesNotCount() {
		openSilentStore();
		Health health = this.indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails().get("silent"))
			.isEqualTo(Map.of("status", "UNKNOWN", "error", "The store of provider 'silent' has no StoreProbe"));
	}

	@Test
	void theOnlyStoreThatCannotBeAskedIsUnknown() {
		LockEngine silent = LockEngine.builder().provider(new LockProvider("silent", () -> mock())).build();
		assertThat(new LockHealthIndicator(silent, SECOND, 3).health().getStatus()).isEqualTo(Status.UNKNOWN);
		silent.close();
	}

	@Test
	void aStoreThatCannotBeOpenedIsDown() {
		LockEngine closed = LockEngine.builder().provider(new LockProvider("mine", () -> {
			throw new IllegalStateException("no such table");
		})).build();
		assertThat(new LockHealthIndicator(closed, SECOND, 3).health().getStatus()).isEqualTo(Status.DOWN);
		closed.close();
	}

	@Test
	void settingsWithoutMeaningAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new LockHealthIndicator(this.engine, Duration.ZERO, 3))
			.withMessage("latencyThreshold is PT0S: it must be longer than zero");
		assertThatIllegalArgumentException().isThrownBy(() -> new LockHealthIndicator(this.engine, SECOND, 0))
			.withMessage("slowProbes is 0: it must be at least 1");
	}

	private void openSilentStore() {
		assertThat(this.engine.providersInUse()).doesNotContain("silent");
		try {
			this.engine.tryAcquire(LockRequest.of("a").withProvider("silent"));
		}
		catch (LockStoreException ex) {
			// the mock answers nothing that makes sense, but it was opened
		}
		assertThat(this.engine.providersInUse()).contains("silent");
	}

	private void answersAfter(Duration latency) {
		willAnswer((probe) -> {
			this.time.advance(latency);
			return null;
		}).given((StoreProbe) this.store).probe();
	}

	private void fails(RuntimeException failure) {
		willThrow(failure).given((StoreProbe) this.store).probe();
	}

}
