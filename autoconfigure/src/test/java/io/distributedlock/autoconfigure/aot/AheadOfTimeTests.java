package io.distributedlock.autoconfigure.aot;

import java.util.UUID;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockContext;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.autoconfigure.DistributedLockConfigurationException;
import io.distributedlock.autoconfigure.redis.TestRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.aop.support.AopUtils;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * An application that was processed ahead of time locks like any other: each of these
 * starts from the code that Spring generated for it. When it was built, nothing was
 * configured.
 */
@Timeout(120)
@CompileWithForkedClassLoader
class AheadOfTimeTests {

	private static final String TTL = "orders.ttl=10s";

	private static final String MEMORY = "distributed-lock.provider=memory";

	private final String database = "spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID();

	private final ProcessedApplication application = new ProcessedApplication(Shop.class);

	@Test
	void theProviderIsChosenWhenItRuns() {
		ProcessedApplication.Compiled compiled = this.application.compile();

		compiled.run((context) -> assertThat(capture(context)).isEqualTo("order:42 from jdbc"), this.database,
				"distributed-lock.provider=jdbc", TTL);
		compiled.run((context) -> assertThat(capture(context)).isEqualTo("order:42 from memory"), MEMORY, TTL);
		try (TestRedis redis = new TestRedis()) {
			compiled.run((context) -> assertThat(capture(context)).isEqualTo("order:42 from redis"), redis.property(),
					"distributed-lock.provider=redis", TTL);
		}
	}

	@Test
	void mistakesAreFoundWhenItStarts() {
		ProcessedApplication.Compiled compiled = this.application.compile();

		assertThatThrownBy(() -> compiled.run((context) -> {
		}, "distributed-lock.provider=zookeeper", TTL)).rootCause()
			.isInstanceOf(DistributedLockConfigurationException.class)
			.hasMessageContaining("'zookeeper'")
			.hasMessageContaining("'jdbc', 'memory', 'redis'");
		assertThatThrownBy(() -> compiled.run((context) -> {
		}, MEMORY, "orders.ttl=10")).isInstanceOf(InvalidLockAnnotationException.class)
			.hasMessageContaining("ttl = \"${orders.ttl}\" = \"10\" has no unit");
	}

	@Test
	void lockedMethodsAndFallbacksAreCalledThroughProxiesThatWereGenerated() {
		this.application.compile().run((context) -> {
			assertThat(AopUtils.isCglibProxy(context.getBean(Orders.class))).isTrue();
			assertThat(this.application.contains(context.getBean(Orders.class).getClass())).isTrue();
			try (Lease held = context.getBean(DistributedLocks.class).acquire(LockRequest.of("order:42"))) {
				assertThat(capture(context)).isEqualTo("42 is busy: " + held.key());
			}
		}, MEMORY, TTL);
	}

	private static String capture(ApplicationContext context) {
		return context.getBean(Orders.class).capture(new Order("42"));
	}

	record Order(String id) {
	}

	static class Orders {

		@DistributedLock(key = "order:#{#order.id}", ttl = "${orders.ttl}", fallback = "busy")
		String capture(Order order) {
			Lease lease = LockContext.current().orElseThrow();
			return lease.key() + " from " + lease.provider();
		}

		String busy(Order order, LockNotAcquiredException contention) {
			return "%s is busy: %s".formatted(order.id(), contention.key());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Shop {

		@Bean
		@Lazy
		Orders orders() {
			return new Orders();
		}

	}

}
