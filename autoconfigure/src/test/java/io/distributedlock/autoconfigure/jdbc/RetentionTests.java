package io.distributedlock.autoconfigure.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockInfo;
import io.distributedlock.LockRequest;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(120)
class RetentionTests {

	private static final String[] H2 = {
			"spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1" };

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
				JdbcLockAutoConfiguration.class, DataSourceAutoConfiguration.class))
		.withPropertyValues(H2);

	@Test
	void rowsThatNobodyUsesAreDeletedAfterIt() {
		this.runner.withPropertyValues("distributed-lock.jdbc.retention=1s").run(RetentionTests::rowsAreDeleted);
	}

	@Test
	void rowsThatNobodyUsesAreDeletedAfterItOnPostgres() {
		this.runner.withPropertyValues(PostgresDatabase.create().properties())
			.withPropertyValues("distributed-lock.jdbc.retention=1s")
			.run(RetentionTests::rowsAreDeleted);
	}

	@Test
	void rowsAreKeptForALongTimeByDefault() {
		this.runner.withPropertyValues("distributed-lock.jdbc.retention=").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(JdbcLockProperties.class).getRetention()).isEqualTo(Duration.ofDays(7));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "0s", "-1d", "7" })
	void onesThatCannotBeMeantAreRefused(String retention) {
		this.runner.withPropertyValues("distributed-lock.jdbc.retention=" + retention)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining("distributed-lock.jdbc.retention"));
	}

	private static void rowsAreDeleted(ApplicationContext context) throws Exception {
		DistributedLocks locks = context.getBean(DistributedLocks.class);
		JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
		List<Long> before = IntStream.range(0, 50).mapToObj((i) -> use(locks, "unused:" + i)).toList();
		try (Lease held = locks.acquire(LockRequest.of("held"))) {
			await(jdbc, "select count(*) from distributed_lock where lock_key like 'unused:%'");
			assertThat(
					jdbc.queryForList("select fencing_token from distributed_lock where lock_key = 'held'", Long.class))
				.containsExactly(held.fencingToken());
			assertThat(locks.held(100)).map(LockInfo::key).containsExactly("held");
		}
		assertThat(use(locks, "unused:0")).isGreaterThan(before.get(0));
	}

	private static long use(DistributedLocks locks, String key) {
		try (Lease lease = locks.acquire(LockRequest.of(key))) {
			return lease.fencingToken();
		}
	}

	private static void await(JdbcTemplate jdbc, String count) {
		long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
		Integer left = jdbc.queryForObject(count, Integer.class);
		while (left != null && left > 0 && System.nanoTime() < deadline) {
			LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
			left = jdbc.queryForObject(count, Integer.class);
		}
		assertThat(left).isZero();
	}

}
