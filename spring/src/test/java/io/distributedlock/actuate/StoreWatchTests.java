package io.distributedlock.actuate;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class StoreWatchTests {

	private final AtomicInteger probes = new AtomicInteger();

	private final CountDownLatch answer = new CountDownLatch(1);

	private final StoreWatch watch = new StoreWatch(this::probe, Duration.ofSeconds(1), 3);

	@Test
	void aStoreThatHangsIsAskedOnce() {
		CompletableFuture<StoreHealth> first = this.watch.probe();
		CompletableFuture<StoreHealth> second = this.watch.probe();
		this.answer.countDown();
		assertThat(second.join()).isSameAs(first.join());
		assertThat(this.probes).hasValue(1);
		assertThat(this.watch.probe().join().status()).isEqualTo(Status.UP);
		assertThat(this.probes).hasValue(2);
	}

	@Test
	void anInterruptedCallerIsNoFailureOfTheStore() {
		this.answer.countDown();
		Thread.currentThread().interrupt();
		try {
			assertThat(this.watch.probe().join().status()).isEqualTo(Status.UP);
		}
		finally {
			assertThat(Thread.interrupted()).isTrue();
		}
	}

	private Duration probe() {
		this.probes.incrementAndGet();
		try {
			this.answer.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		return Duration.ofMillis(1);
	}

}
