package io.distributedlock.autoconfigure;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockContext;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.autoconfigure.jdbc.JdbcLockAutoConfiguration;
import io.distributedlock.interceptor.DistributedLockAdvisor;
import io.distributedlock.interceptor.LockAnnotationConfiguration;
import io.distributedlock.interceptor.LockAnnotationSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(60)
class LockAnnotationAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
				LockAnnotationAutoConfiguration.class, MemoryLockAutoConfiguration.class))
		.withPropertyValues("distributed-lock.provider=memory")
		.withBean(Payments.class);

	@Test
	void isFoundBySpringBoot() {
		assertThat(ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader()).getCandidates())
			.contains(LockAnnotationAutoConfiguration.class.getName());
	}

	@Test
	void runsAnAnnotatedMethodUnderItsLock() {
		this.runner.run((context) -> assertThat(context.getBean(Payments.class).capture("42")).isEqualTo("payment:42"));
	}

	@Test
	void runsAnAnnotatedMethodOnOneNodeAtATime() {
		ApplicationContextRunner node = this.runner
			.withConfiguration(
					AutoConfigurations.of(DataSourceAutoConfiguration.class, JdbcLockAutoConfiguration.class))
			.withPropertyValues("distributed-lock.provider=jdbc",
					"spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
		node.run((one) -> node.run((other) -> {
			Payments here = one.getBean(Payments.class);
			Payments there = other.getBean(Payments.class);
			CompletableFuture<String> working = CompletableFuture.supplyAsync(() -> here.captureSlowly("42"));
			assertThat(here.started().await(10, TimeUnit.SECONDS)).isTrue();
			assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(() -> there.capture("42"))
				.satisfies((ex) -> assertThat(ex.getMessage()).contains("payment:42"));
			assertThat(there.capture("43")).isEqualTo("payment:43");
			here.finish().countDown();
			assertThat(working.get(10, TimeUnit.SECONDS)).isEqualTo("payment:42");
			assertThat(there.capture("42")).isEqualTo("payment:42");
		}));
	}

	@Test
	void appliesTheConfiguredDefaultsToAnnotations() {
		this.runner.withPropertyValues("distributed-lock.ttl=7m", "distributed-lock.scheduled.min-hold=3s")
			.run((context) -> {
				LockAnnotationSettings settings = context.getBean(LockAnnotationSettings.class);
				assertThat(settings.defaults().ttl()).isEqualTo(Duration.ofMinutes(7));
				assertThat(settings.scheduledMinHold()).isEqualTo(Duration.ofSeconds(3));
				assertThat(context.getBean(Payments.class).remaining()).isGreaterThan(Duration.ofMinutes(6));
			});
	}

	@Test
	void stopsAnApplicationWhoseAnnotationCannotWork() {
		this.runner.withBean(Mistaken.class)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(InvalidLockAnnotationException.class.getName()));
	}

	@Test
	void backsOffWhenUserDeclaresTheSettings() {
		LockAnnotationSettings own = LockAnnotationSettings.STANDARD;
		this.runner.withBean(LockAnnotationSettings.class, () -> own)
			.run((context) -> assertThat(context.getBean(LockAnnotationSettings.class)).isSameAs(own));
	}

	@Test
	void backsOffWhenUserImportsTheInterceptor() {
		this.runner.withUserConfiguration(LockAnnotationConfiguration.class)
			.run((context) -> assertThat(context).hasSingleBean(DistributedLockAdvisor.class)
				.doesNotHaveBean(LockAnnotationAutoConfiguration.class));
	}

	@Test
	void proxiesClassesByDefault() {
		this.runner.withBean("refunds", RefundService.class)
			.run((context) -> assertThat(AopUtils.isCglibProxy(context.getBean(RefundService.class))).isTrue());
	}

	@Test
	void proxiesInterfacesIfToldSo() {
		this.runner.withPropertyValues("spring.aop.proxy-target-class=false")
			.withBean("refunds", RefundService.class)
			.run((context) -> {
				Refunds refunds = context.getBean(Refunds.class);
				assertThat(Proxy.isProxyClass(refunds.getClass())).isTrue();
				assertThat(refunds.refund("42")).isEqualTo("refund:42");
			});
	}

	@Test
	void sharesTheProxyCreatorOfSpringBoot() {
		this.runner.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class))
			.run((context) -> assertThat(context.getBean(Payments.class).capture("42")).isEqualTo("payment:42"));
	}

	@Test
	void locksWithTheDistributedLocksOfTheUser() {
		this.runner.run((others) -> new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
					LockAnnotationAutoConfiguration.class))
			.withBean(DistributedLocks.class, () -> others.getBean(DistributedLocks.class),
					(bean) -> bean.setDestroyMethodName(""))
			.withBean(Payments.class)
			.run((context) -> {
				try (Lease lease = others.getBean(DistributedLocks.class).acquire(LockRequest.of("payment:42"))) {
					assertThat(lease.isHeld()).isTrue();
					assertThatExceptionOfType(LockNotAcquiredException.class)
						.isThrownBy(() -> context.getBean(Payments.class).capture("42"));
				}
			}));
	}

	static class Payments {

		private final CountDownLatch started = new CountDownLatch(1);

		private final CountDownLatch finish = new CountDownLatch(1);

		@DistributedLock(key = "payment:#{#id}")
		public String capture(String id) {
			return LockContext.current().orElseThrow().key();
		}

		@DistributedLock(key = "payment:#{#id}")
		public String captureSlowly(String id) {
			this.started.countDown();
			try {
				assertThat(this.finish.await(30, TimeUnit.SECONDS)).isTrue();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			return LockContext.current().orElseThrow().key();
		}

		@DistributedLock
		public Duration remaining() {
			return LockContext.current().orElseThrow().remaining();
		}

		public CountDownLatch started() {
			return this.started;
		}

		public CountDownLatch finish() {
			return this.finish;
		}

	}

	interface Refunds {

		String refund(String id);

	}

	static class RefundService implements Refunds {

		@Override
		@DistributedLock(key = "refund:#{#id}")
		public String refund(String id) {
			return LockContext.current().orElseThrow().key();
		}

	}

	static class Mistaken {

		@DistributedLock(key = "payment:#{#ordre}")
		public void capture(String order) {
		}

	}

}
