package io.distributedlock.autoconfigure.fencing;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

import io.distributedlock.OnLeaseLost;
import io.distributedlock.Renewal;
import io.distributedlock.StaleFencingTokenException;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.LockAnnotationAutoConfiguration;
import io.distributedlock.autoconfigure.jdbc.JdbcLockAutoConfiguration;
import io.distributedlock.autoconfigure.jdbc.PostgresDatabase;
import io.distributedlock.autoconfigure.metrics.LockMetersAutoConfiguration;
import io.distributedlock.autoconfigure.redis.RedisLockAutoConfiguration;
import io.distributedlock.autoconfigure.redis.TestRedis;
import io.distributedlock.fencing.FencingGuard;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Two nodes, and a holder that is paused past the end of its lease while the other node
 * takes over, on real PostgreSQL, with the locks in the same database or in Redis.
 */
@Timeout(120)
class StaleHolderTests {

	private static final TestRedis redis = new TestRedis();

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate outside = this.database.outside();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final ApplicationContextRunner node = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
				LockAnnotationAutoConfiguration.class, JdbcLockAutoConfiguration.class,
				RedisLockAutoConfiguration.class, FencingAutoConfiguration.class, LockMetersAutoConfiguration.class,
				DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
				JdbcTemplateAutoConfiguration.class, TransactionAutoConfiguration.class,
				DataRedisAutoConfiguration.class))
		.withBean(SimpleMeterRegistry.class)
		.withPropertyValues(this.database.properties())
		.withPropertyValues(redis.property(), "distributed-lock.transactions.guard=false",
				"distributed-lock.fencing.initialize-schema=always");

	@AfterEach
	void stopThreads() {
		this.threads.shutdownNow();
	}

	@AfterAll
	static void stop() {
		redis.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc", "redis" })
	void isRefusedAtTheResourceAndRolledBack(String provider) {
		takeOver(provider, Checked.class, (stale, context) -> {
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> stale.get(30, TimeUnit.SECONDS))
				.withCauseInstanceOf(StaleFencingTokenException.class);
			assertThat(written()).containsExactly("fresh");
			assertThat(context.getBean(MeterRegistry.class)
				.get("distributed.lock.fencing.rejections")
				.tags("lock", "Account.write", "provider", provider)
				.counter()
				.count()).isEqualTo(1);
		});
	}

	/** Shows that it is the check that refuses. */
	@ParameterizedTest
	@ValueSource(strings = { "jdbc", "redis" })
	void writesWithoutACheck(String provider) {
		takeOver(provider, Unchecked.class, (stale, context) -> {
			assertThat(stale).succeedsWithin(30, TimeUnit.SECONDS);
			assertThat(written()).containsExactly("fresh", "stale");
		});
	}

	private List<String> written() {
		return this.outside.queryForList("select value from written order by value", String.class);
	}

	private void takeOver(String provider, Class<? extends Account> account,
			BiConsumer<Future<?>, ApplicationContext> check) {
		this.outside.execute("create table written (value varchar(10))");
		ApplicationContextRunner node = this.node.withUserConfiguration(account)
			.withPropertyValues("distributed-lock.provider=" + provider);
		node.run((one) -> node.run((two) -> {
			CountDownLatch paused = new CountDownLatch(1);
			CountDownLatch overtaken = new CountDownLatch(1);
			Future<?> stale = this.threads.submit(() -> one.getBean(Account.class).write("stale", () -> {
				paused.countDown();
				await(overtaken);
			}));
			await(paused);
			two.getBean(Account.class).write("fresh", () -> {
			});
			overtaken.countDown();
			check.accept(stale, one);
		}));
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	abstract static class Account {

		final JdbcTemplate jdbc;

		Account(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@DistributedLock(key = "account", name = "Account.write", ttl = "500ms", waitTime = "20s",
				renewal = Renewal.NONE, onLeaseLost = OnLeaseLost.IGNORE)
		@Transactional
		public void write(String value, Runnable pause) {
			this.jdbc.update("insert into written values (?)", value);
			pause.run();
			check();
		}

		abstract void check();

	}

	static class Checked extends Account {

		private final FencingGuard guard;

		Checked(JdbcTemplate jdbc, FencingGuard guard) {
			super(jdbc);
			this.guard = guard;
		}

		@Override
		void check() {
			this.guard.check("account");
		}

	}

	static class Unchecked extends Account {

		Unchecked(JdbcTemplate jdbc) {
			super(jdbc);
		}

		@Override
		void check() {
		}

	}

}
