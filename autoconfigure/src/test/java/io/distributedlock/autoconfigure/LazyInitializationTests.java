package io.distributedlock.autoconfigure;

import java.util.UUID;

import io.distributedlock.LockContext;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.autoconfigure.jdbc.JdbcLockAutoConfiguration;
import io.distributedlock.autoconfigure.redis.RedisLockAutoConfiguration;
import io.distributedlock.autoconfigure.redis.TestRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Beans are created on first use, as with {@code spring.main.lazy-initialization}.
 */
@Timeout(60)
class LazyInitializationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withInitializer(
				(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, DataRedisAutoConfiguration.class,
				DistributedLockAutoConfiguration.class, LockAnnotationAutoConfiguration.class,
				LockTransactionAutoConfiguration.class, JdbcLockAutoConfiguration.class,
				MemoryLockAutoConfiguration.class, RedisLockAutoConfiguration.class))
		.withPropertyValues("spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID())
		.withBean(Orders.class);

	@Test
	void locksInADatabase() {
		this.runner.withPropertyValues("distributed-lock.provider=jdbc").run(locksWith("jdbc"));
	}

	@Test
	void locksInRedis() {
		try (TestRedis redis = new TestRedis()) {
			this.runner.withPropertyValues("distributed-lock.provider=redis", redis.property()).run(locksWith("redis"));
		}
	}

	@Test
	void locksInMemory() {
		this.runner.withPropertyValues("distributed-lock.provider=memory").run(locksWith("memory"));
	}

	@Test
	void aMistakeInAnAnnotationStopsTheApplication() {
		this.runner.withPropertyValues("distributed-lock.provider=memory", "orders.ttl=10")
			.run((context) -> assertThat(context).getFailure().isInstanceOf(InvalidLockAnnotationException.class));
	}

	@Test
	void aStoreThatIsNotThereStopsTheApplication() {
		this.runner.withPropertyValues("distributed-lock.provider=redis", "spring.data.redis.port=1")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("Connection refused"));
	}

	private static ContextConsumer<AssertableApplicationContext> locksWith(String provider) {
		return (context) -> {
			assertThat(context.getBean(LockEngineLifecycle.class).isRunning()).isTrue();
			assertThat(context.getBean(Orders.class).capture("42")).isEqualTo(provider);
		};
	}

	static class Orders {

		@DistributedLock(key = "order:#{#id}", ttl = "${orders.ttl:10s}")
		String capture(String id) {
			return LockContext.current().orElseThrow().provider();
		}

	}

}
