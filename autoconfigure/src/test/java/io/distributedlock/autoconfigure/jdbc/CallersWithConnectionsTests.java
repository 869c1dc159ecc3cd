package io.distributedlock.autoconfigure.jdbc;

import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

import javax.sql.DataSource;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.LockAnnotationAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Callers who hold a connection of the application's pool when they ask for a lock, until
 * that pool has none left. On a real PostgreSQL.
 */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class CallersWithConnectionsTests {

	private static final int CONNECTIONS = 2;

	private static final int CALLERS = 8;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(DistributedLockAutoConfiguration.class, LockAnnotationAutoConfiguration.class,
						JdbcLockAutoConfiguration.class, DataSourceAutoConfiguration.class))
		.withBean(Shop.class)
		.withPropertyValues(PostgresDatabase.create().properties());

	@ParameterizedTest
	@EnumSource
	void areAllServedIfEachAsksForAnotherLock(Pool pool) {
		this.runner.withPropertyValues(pool.properties()).run((context) -> {
			assertThat(serve(context, (caller) -> "order:" + caller)).isEqualTo(CALLERS);
		});
	}

	@ParameterizedTest
	@EnumSource
	void areAllServedIfTheyWaitForTheSameLock(Pool pool) {
		this.runner.withPropertyValues(pool.properties()).run((context) -> {
			assertThat(serve(context, (caller) -> "order:42")).isEqualTo(CALLERS);
		});
	}

	@Test
	void areServedIfTheyTakeALeaseWithoutConnectionsToSpare() {
		this.runner.withPropertyValues(Pool.HIKARI.properties()).run((context) -> {
			List<Connection> taken = takeAll(context.getBean(DataSource.class));
			try (Lease lease = context.getBean(DistributedLocks.class)
				.acquire(LockRequest.of("order:42").withTtl(Duration.ofSeconds(2)))) {
				long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
				while (System.nanoTime() < end) {
					assertThat(lease.isHeld()).isTrue();
					LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
				}
			}
			for (Connection connection : taken) {
				connection.close();
			}
		});
	}

	private static List<Connection> takeAll(DataSource dataSource) throws Exception {
		List<Connection> taken = new ArrayList<>();
		for (int i = 0; i < CONNECTIONS; i++) {
			taken.add(dataSource.getConnection());
		}
		return taken;
	}

	/**
	 * Lets all callers ask for a lock in a transaction, as many at the same time as there
	 * are connections.
	 * @return how many were served
	 */
	private static int serve(ApplicationContext context, IntFunction<String> key) throws Exception {
		DataSource dataSource = context.getBean(DataSource.class);
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		Shop shop = context.getBean(Shop.class);
		CyclicBarrier allConnectionsTaken = new CyclicBarrier(CONNECTIONS);
		ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
		try {
			List<Future<?>> callers = new ArrayList<>();
			for (int i = 0; i < CALLERS; i++) {
				String lock = key.apply(i);
				callers.add(threads.submit(() -> transaction.execute((status) -> {
					jdbc.queryForObject("select 1", Integer.class);
					await(allConnectionsTaken);
					shop.capture(lock);
					return lock;
				})));
			}
			for (Future<?> caller : callers) {
				assertThat(caller.get(60, TimeUnit.SECONDS)).isNotNull();
			}
			return shop.captured();
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static void await(CyclicBarrier barrier) {
		try {
			barrier.await(60, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	enum Pool {

		HIKARI("com.zaxxer.hikari.HikariDataSource", "hikari.maximum-pool-size"),

		TOMCAT("org.apache.tomcat.jdbc.pool.DataSource", "tomcat.max-active"),

		DBCP2("org.apache.commons.dbcp2.BasicDataSource", "dbcp2.max-total");

		private final String type;

		private final String size;

		Pool(String type, String size) {
			this.type = type;
			this.size = size;
		}

		String[] properties() {
			return new String[] { "spring.datasource.type=" + this.type,
					"spring.datasource.%s=%d".formatted(this.size, CONNECTIONS) };
		}

	}

	static class Shop {

		private final AtomicInteger captured = new AtomicInteger();

		@DistributedLock(key = "#key", waitTime = "30s")
		public void capture(String key) {
			this.captured.incrementAndGet();
		}

		public int captured() {
			return this.captured.get();
		}

	}

}
