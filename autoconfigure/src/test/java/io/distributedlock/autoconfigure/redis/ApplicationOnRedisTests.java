package io.distributedlock.autoconfigure.redis;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.RedisOperations;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.core.SessionCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Locks and whatever else an application does with Redis leave each other alone.
 */
@Timeout(120)
class ApplicationOnRedisTests {

	private static final TestRedis server = new TestRedis();

	private final LockRequest order = LockRequest.of("order:" + UUID.randomUUID());

	private final ApplicationContextRunner application = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class))
		.withPropertyValues(server.property());

	private final ApplicationContextRunner runner = this.application.withConfiguration(
			AutoConfigurations.of(DistributedLockAutoConfiguration.class, RedisLockAutoConfiguration.class));

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void locksDoNotUseTheSerializersOfTheApplication() {
		this.runner.withUserConfiguration(OddTemplate.class).run((context) -> {
			try (Lease lease = context.getBean(DistributedLocks.class).acquire(this.order)) {
				assertThat(context.getBean(StringRedisTemplate.class).hasKey("distributed-lock:" + lease.key()))
					.isTrue();
			}
			RedisTemplate<Object, Object> odd = oddTemplate(context);
			odd.opsForValue().set("any", "thing");
			assertThat(odd.opsForValue().get("any")).isEqualTo("odd");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "lettuce", "jedis" })
	void locksAreNoPartOfTheTransactionBoundToTheThread(String client) {
		this.runner.withPropertyValues("spring.data.redis.client-type=" + client).run((context) -> {
			DistributedLocks locks = context.getBean(DistributedLocks.class);
			StringRedisTemplate template = new StringRedisTemplate(context.getBean(RedisConnectionFactory.class));
			template.setEnableTransactionSupport(true);
			template.afterPropertiesSet();
			String written = "written:" + UUID.randomUUID();
			TransactionSynchronizationManager.initSynchronization();
			TransactionSynchronizationManager.setActualTransactionActive(true);
			try {
				template.opsForValue().set(written, "queued");
				try (Lease lease = locks.acquire(this.order)) {
					assertThat(lease.fencingToken()).isPositive();
					assertThat(existsElsewhere("distributed-lock:" + lease.key())).isTrue();
					assertThat(existsElsewhere(written)).isFalse();
				}
			}
			finally {
				TransactionSynchronizationUtils.triggerAfterCompletion(1);
				TransactionSynchronizationManager.clear();
			}
			assertThat(existsElsewhere(written)).isFalse();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "lettuce", "jedis" })
	void locksAreNoPartOfAMultiOfTheApplication(String client) {
		this.runner.withPropertyValues("spring.data.redis.client-type=" + client).run((context) -> {
			DistributedLocks locks = context.getBean(DistributedLocks.class);
			String written = "written:" + UUID.randomUUID();
			context.getBean(StringRedisTemplate.class).execute(new SessionCallback<Object>() {
				@Override
				@SuppressWarnings("unchecked")
				public <K, V> Object execute(RedisOperations<K, V> operations) throws DataAccessException {
					operations.multi();
					operations.opsForValue().set((K) written, (V) "queued");
					try (Lease lease = locks.acquire(ApplicationOnRedisTests.this.order)) {
						assertThat(existsElsewhere("distributed-lock:" + lease.key())).isTrue();
						assertThat(existsElsewhere(written)).isFalse();
					}
					return operations.exec();
				}
			});
			assertThat(existsElsewhere(written)).isTrue();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "lettuce", "jedis" })
	void theListenerContainerOfTheApplicationGoesOn(String client) {
		this.runner.withPropertyValues("spring.data.redis.client-type=" + client)
			.withUserConfiguration(Listening.class)
			.run((context) -> {
				assertThat(context).getBeanNames(RedisMessageListenerContainer.class)
					.containsExactlyInAnyOrder("ownContainer", "redisMessageListenerContainer");
				Listening listening = context.getBean(Listening.class);
				StringRedisTemplate template = context.getBean(StringRedisTemplate.class);
				context.getBean(DistributedLocks.class).run(this.order, () -> template.convertAndSend("news", "first"));
				assertThat(listening.received.poll(30, TimeUnit.SECONDS)).isEqualTo("first");
			});
	}

	@Test
	void theListenerContainerOfSpringBootGoesOn() {
		this.runner.run((context) -> {
			BlockingQueue<String> received = new LinkedBlockingQueue<>();
			RedisMessageListenerContainer container = context.getBean("redisMessageListenerContainer",
					RedisMessageListenerContainer.class);
			assertThat(context).hasSingleBean(RedisMessageListenerContainer.class);
			container.addMessageListener((message, pattern) -> received.add(text(message)), ChannelTopic.of("boot"));
			StringRedisTemplate template = context.getBean(StringRedisTemplate.class);
			context.getBean(DistributedLocks.class).run(this.order, () -> template.convertAndSend("boot", "first"));
			assertThat(received.poll(30, TimeUnit.SECONDS)).isEqualTo("first");
		});
	}

	@Test
	void locksEndBeforeTheConnectionFactoryAndItsThreads() {
		this.runner.run((context) -> assertThat(context.getSourceApplicationContext(GenericApplicationContext.class)
			.getBeanFactory()
			.getDependentBeans("redisConnectionFactory")).contains("redisLockConnections"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "lettuce", "jedis" })
	void theConnectionFactoryWorksWhenTheLocksAreClosed(String client) {
		this.application.withPropertyValues("spring.data.redis.client-type=" + client).run((parent) -> {
			StringRedisTemplate template = parent.getBean(StringRedisTemplate.class);
			new ApplicationContextRunner().withParent(parent)
				.withConfiguration(
						AutoConfigurations.of(DistributedLockAutoConfiguration.class, RedisLockAutoConfiguration.class))
				.run((context) -> {
					assertThat(context.getBean(DistributedLocks.class).tryAcquire(this.order)).isPresent();
					RedisConnectionFactory own = context.getBean(LockConnections.class).own().orElseThrow();
					assertThat(own).isNotSameAs(parent.getBean(RedisConnectionFactory.class));
				});
			template.opsForValue().set("closed", "not");
			assertThat(template.opsForValue().get("closed")).isEqualTo("not");
			// a new connection needs the threads that both share
			parent.getBean(RedisConnectionFactory.class).getConnection().close();
			RedisMessageListenerContainer container = new RedisMessageListenerContainer();
			container.setConnectionFactory(parent.getBean(RedisConnectionFactory.class));
			container.afterPropertiesSet();
			Listening listening = new Listening();
			container.addMessageListener((message, pattern) -> listening.received.add(text(message)),
					ChannelTopic.of("later"));
			container.start();
			template.convertAndSend("later", "still");
			assertThat(listening.received.poll(30, TimeUnit.SECONDS)).isEqualTo("still");
			container.destroy();
		});
	}

	private static String text(Message message) {
		return new String(message.getBody(), StandardCharsets.UTF_8);
	}

	private boolean existsElsewhere(String name) {
		boolean[] exists = new boolean[1];
		this.application
			.run((context) -> exists[0] = Boolean.TRUE.equals(context.getBean(StringRedisTemplate.class).hasKey(name)));
		return exists[0];
	}

	@SuppressWarnings("unchecked")
	private static RedisTemplate<Object, Object> oddTemplate(ApplicationContext context) {
		return (RedisTemplate<Object, Object>) context.getBean("redisTemplate", RedisTemplate.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class OddTemplate {

		@Bean
		RedisTemplate<Object, Object> redisTemplate(RedisConnectionFactory factory) {
			RedisTemplate<Object, Object> template = new RedisTemplate<>();
			template.setConnectionFactory(factory);
			template.setDefaultSerializer(new RedisSerializer<Object>() {
				@Override
				public byte[] serialize(@Nullable Object value) {
					return new byte[] { 0, 1 };
				}

				@Override
				public Object deserialize(byte @Nullable [] bytes) {
					return "odd";
				}
			});
			return template;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Listening {

		final BlockingQueue<String> received = new LinkedBlockingQueue<>();

		@Bean
		RedisMessageListenerContainer ownContainer(RedisConnectionFactory factory) {
			RedisMessageListenerContainer container = new RedisMessageListenerContainer();
			container.setConnectionFactory(factory);
			container.addMessageListener((message, pattern) -> this.received.add(text(message)),
					ChannelTopic.of("news"));
			return container;
		}

	}

}
