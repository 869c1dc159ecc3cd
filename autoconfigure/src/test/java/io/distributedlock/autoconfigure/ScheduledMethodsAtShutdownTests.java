package io.distributedlock.autoconfigure;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.LockShutdownException;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.OnContention;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Scheduled methods that wait for their lock, or begin, while the application shuts down.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class ScheduledMethodsAtShutdownTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
				LockAnnotationAutoConfiguration.class, MemoryLockAutoConfiguration.class))
		.withPropertyValues("distributed-lock.provider=memory")
		.withUserConfiguration(Scheduling.class);

	@Test
	void aMethodThatSkipsIsNotAnError(CapturedOutput output) {
		shutDownWhileWaiting(Skipping.class);

		await().until(() -> output.toString().contains("Skipping.run() does not run: this node is shutting down"));
		assertThat(output).doesNotContain("ERROR").doesNotContain("LockShutdownException");
	}

	@Test
	void aMethodThatThrowsIsNotAnErrorEither(CapturedOutput output) {
		shutDownWhileWaiting(Throwing.class);

		await().until(() -> output.toString().contains("Throwing.run() does not run: this node is shutting down"));
		assertThat(output).doesNotContain("ERROR").doesNotContain("LockShutdownException");
	}

	@Test
	void aMethodThatBeginsAfterTheEndOfTheLocksIsNotAnError(CapturedOutput output) {
		Late late = new Late();
		this.runner.withBean(Late.class, () -> late).run((context) -> {
			Late bean = context.getBean(Late.class);
			bean.run();
			context.close();
			bean.run();
		});

		assertThat(late.runs).hasValue(1);
		assertThat(output).contains("Late.run() does not run: this node is shutting down");
	}

	@Test
	void aCallerOfAMethodThatIsNotScheduledIsTold() {
		this.runner.withBean(NotScheduled.class).run((context) -> {
			NotScheduled bean = context.getBean(NotScheduled.class);
			bean.run();
			context.close();
			assertThatExceptionOfType(LockShutdownException.class).isThrownBy(bean::run);
		});
	}

	private void shutDownWhileWaiting(Class<?> job) {
		this.runner.withBean(job).run((context) -> {
			DistributedLocks locks = context.getBean(DistributedLocks.class);
			ThreadPoolTaskScheduler scheduler = context.getBean(ThreadPoolTaskScheduler.class);
			Lease elsewhere = locks.acquire(LockRequest.of("job"));
			await().during(Duration.ofMillis(100)).until(() -> scheduler.getActiveCount() == 1);
			assertThat(elsewhere.isHeld()).isTrue();
			context.close();
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

		@Bean
		static ThreadPoolTaskScheduler taskScheduler() {
			return new ThreadPoolTaskScheduler();
		}

		/** Does not wait for long for the method that waits for its lock. */
		@Bean
		static DefaultLifecycleProcessor lifecycleProcessor() {
			DefaultLifecycleProcessor processor = new DefaultLifecycleProcessor();
			processor.setTimeoutPerShutdownPhase(200);
			return processor;
		}

	}

	static class Skipping {

		@Scheduled(initialDelay = 200)
		@DistributedLock(key = "job", waitTime = "30s")
		public void run() {
		}

	}

	static class Throwing {

		@Scheduled(initialDelay = 200)
		@DistributedLock(key = "job", waitTime = "30s", onContention = OnContention.THROW)
		public void run() {
		}

	}

	static class Late {

		private final AtomicInteger runs = new AtomicInteger();

		@Scheduled(cron = "0 0 3 * * *")
		@DistributedLock(key = "job", onContention = OnContention.THROW)
		public void run() {
			this.runs.incrementAndGet();
		}

	}

	static class NotScheduled {

		@DistributedLock(key = "job", onContention = OnContention.SKIP)
		public void run() {
		}

	}

}
