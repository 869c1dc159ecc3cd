package io.distributedlock.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockContext;
import io.distributedlock.LockRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A scheduled task that runs while the application shuts down.
 */
@Timeout(60)
class LockedTasksAtShutdownTests {

	private static final LockRequest NIGHTLY = LockRequest.of("nightly").withTtl(Duration.ofSeconds(10));

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withPropertyValues("distributed-lock.provider=memory")
		.withConfiguration(
				AutoConfigurations.of(DistributedLockAutoConfiguration.class, MemoryLockAutoConfiguration.class))
		.withUserConfiguration(Tasks.class);

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void keepsItsLockUntilItEndsHoweverTheSchedulerWaits(boolean awaitTermination) {
		this.runner.withPropertyValues("await-termination=" + awaitTermination).run((context) -> {
			DistributedLocks locks = context.getBean(DistributedLocks.class);
			CompletableFuture<Lease> lease = new CompletableFuture<>();
			CountDownLatch mayEnd = new CountDownLatch(1);
			CompletableFuture<Boolean> heldAtTheEnd = new CompletableFuture<>();
			ThreadPoolTaskScheduler scheduler = context.getBean(ThreadPoolTaskScheduler.class);
			scheduler.execute(() -> locks.run(NIGHTLY, () -> {
				lease.complete(LockContext.current().orElseThrow());
				heldAtTheEnd.complete(awaited(mayEnd) && LockContext.current().orElseThrow().isHeld());
			}));
			Lease held = lease.get(10, TimeUnit.SECONDS);
			CompletableFuture<Void> closing = CompletableFuture.runAsync(context::close);
			assertThat(context.getBean(Tasks.class).closing.await(10, TimeUnit.SECONDS)).isTrue();
			await().during(Duration.ofMillis(500)).atMost(Duration.ofSeconds(5)).until(held::isHeld);
			mayEnd.countDown();
			assertThat(heldAtTheEnd.get(10, TimeUnit.SECONDS)).isTrue();
			closing.get(10, TimeUnit.SECONDS);
			assertThat(held.isHeld()).isFalse();
		});
	}

	@Test
	void aLeaseThatNobodyRunsUnderDoesNotHoldUpTheShutdown() {
		this.runner.run((context) -> {
			Lease lease = context.getBean(DistributedLocks.class).acquire(NIGHTLY);
			CompletableFuture.runAsync(context::close).get(10, TimeUnit.SECONDS);
			assertThat(lease.isHeld()).isFalse();
		});
	}

	private static boolean awaited(CountDownLatch latch) {
		try {
			return latch.await(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Tasks {

		private final CountDownLatch closing = new CountDownLatch(1);

		@EventListener(ContextClosedEvent.class)
		void closed() {
			this.closing.countDown();
		}

		@Bean
		static ThreadPoolTaskScheduler taskScheduler(Environment environment) {
			boolean awaitTermination = Boolean.parseBoolean(environment.getProperty("await-termination"));
			ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
			scheduler.setWaitForTasksToCompleteOnShutdown(awaitTermination);
			scheduler.setAwaitTerminationSeconds(awaitTermination ? 20 : 0);
			return scheduler;
		}

	}

}
