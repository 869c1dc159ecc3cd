package io.distributedlock.autoconfigure.aot;

import java.util.List;
import java.util.UUID;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockContext;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import io.distributedlock.StaleFencingTokenException;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.autoconfigure.DistributedLockConfigurationException;
import io.distributedlock.autoconfigure.redis.TestRedis;
import io.distributedlock.fencing.Fenced;
import io.distributedlock.fencing.FencingGuard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.aop.support.AopUtils;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * An application that was processed ahead of time locks like any other: it starts from
 * the code that Spring generated for it. When that was built, nothing was configured.
 */
@Timeout(120)
@CompileWithForkedClassLoader
class AheadOfTimeTests {

	private static final String TTL = "orders.ttl=10s";

	private static final String MEMORY = "distributed-lock.provider=memory";

	private final String database = "spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID();

	private final ProcessedApplication application = new ProcessedApplication(Shop.class);

	@Test
	void locksWithTheProviderThatIsChosenWhenItRuns() {
		ProcessedApplication.Compiled compiled = this.application.compile();

		compiled.run((context) -> assertLocks(context, "jdbc"), this.database, "distributed-lock.provider=jdbc", TTL);
		compiled.run((context) -> assertLocks(context, "memory"), MEMORY, TTL);
		try (TestRedis redis = new TestRedis()) {
			compiled.run((context) -> assertLocks(context, "redis"), redis.property(),
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

	private void assertLocks(ApplicationContext context, String provider) {
		Orders orders = context.getBean(Orders.class);
		assertThat(List.of(orders, context.getBean(Ledger.class))).allMatch(AopUtils::isCglibProxy)
			.extracting(Object::getClass)
			.allMatch(this.application::contains);
		assertThat(orders.capture(new Order("42"))).isEqualTo("order:42 from " + provider);
		try (Lease held = context.getBean(DistributedLocks.class).acquire(LockRequest.of("order:42"))) {
			assertThat(orders.capture(new Order("42"))).isEqualTo("42 is busy: " + held.key());
			assertThatExceptionOfType(StaleFencingTokenException.class)
				.isThrownBy(() -> context.getBean(FencingGuard.class).check("order:42", 1));
		}
	}

	record Order(String id) {
	}

	static class Orders {

		private final Ledger ledger;

		Orders(Ledger ledger) {
			this.ledger = ledger;
		}

		@DistributedLock(key = "order:#{#order.id}", ttl = "${orders.ttl}", fallback = "busy")
		String capture(Order order) {
			Lease lease = LockContext.current().orElseThrow();
			this.ledger.write(order);
			return lease.key() + " from " + lease.provider();
		}

		String busy(Order order, LockNotAcquiredException contention) {
			return "%s is busy: %s".formatted(order.id(), contention.key());
		}

	}

	static class Ledger {

		@Fenced(resource = "order:#{#order.id}")
		void write(Order order) {
			// nothing to do
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Shop {

		@Bean
		@Lazy
		Orders orders(Ledger ledger) {
			return new Orders(ledger);
		}

		@Bean
		Ledger ledger() {
			return new Ledger();
		}

	}

}
