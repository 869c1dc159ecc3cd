package io.distributedlock.actuate;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class StoreWatchTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private final CountDownLatch end = new CountDownLatch(1);

	@Test
	void aSlowProbeCountsOnceHoweverManyWaitForIt() {
		StoreWatch watch = watch(this::probeSlowly, LONG);
		CompletableFuture<StoreHealth> first = watch.probe();
		CompletableFuture<StoreHealth> second = watch.probe();
		this.end.countDown();
		assertThat(first.join().details()).containsEntry("slow", 1);
		assertThat(second.join().details()).containsEntry("slow", 1);
	}

	@Test
	void aStoreThatHangsIsDown() {
		StoreHealth health = watch(this::probeSlowly, Duration.ofMillis(50)).probe().join();
		this.end.countDown();
		assertThat(health.status()).isEqualTo(Status.DOWN);
		assertThat(health.details()).containsEntry("error", "no answer within 50 ms");
	}

	@Test
	void anErrorIsDown() {
		StoreHealth health = watch(() -> {
			throw new NoClassDefFoundError("driver/Driver");
		}, LONG).probe().join();
		assertThat(health.status()).isEqualTo(Status.DOWN);
		assertThat(health.details()).containsEntry("error", "driver/Driver");
	}

	private static StoreWatch watch(Supplier<Duration> probe, Duration patience) {
		return new StoreWatch(probe, patience, Duration.ofSeconds(1), 3);
	}

	private Duration probeSlowly() {
		try {
			assertThat(this.end.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		return Duration.ofSeconds(2);
	}

}
