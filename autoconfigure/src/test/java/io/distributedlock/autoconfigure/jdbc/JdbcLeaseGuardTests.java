package io.distributedlock.autoconfigure.jdbc;

import java.time.Duration;

import javax.sql.DataSource;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LeaseLostException.WorkCommitted;
import io.distributedlock.LockContext;
import io.distributedlock.LockRequest;
import io.distributedlock.StaleFencingTokenException;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.LockTransactionAutoConfiguration;
import io.distributedlock.autoconfigure.fencing.FencingAutoConfiguration;
import io.distributedlock.autoconfigure.transaction.Manager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Transactions whose lock somebody has taken away in the database, of which the holder
 * knows nothing. On a real PostgreSQL.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class JdbcLeaseGuardTests {

	private static final LockRequest ORDER = LockRequest.of("order").withTtl(Duration.ofMinutes(10));

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate outside = this.database.outside();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				DistributedLockAutoConfiguration.class, LockTransactionAutoConfiguration.class,
				FencingAutoConfiguration.class, JdbcLockAutoConfiguration.class))
		.withPropertyValues(this.database.properties());

	@Test
	void snapshotIsRolledBackIfTheFenceTableHasSeenALaterToken() {
		this.runner.withUserConfiguration(Manager.JDBC.configuration())
			.withPropertyValues("distributed-lock.fencing.initialize-schema=always")
			.run((context) -> {
				later();
				assertThatExceptionOfType(StaleFencingTokenException.class)
					.isThrownBy(() -> payWhile(context, Isolation.REPEATABLE_READ, () -> {
					}));
				assertThat(payments()).isZero();
			});
	}

	@Test
	void laterTokenSinceTheSnapshotIsASerializationFailure() {
		this.runner.withUserConfiguration(Manager.JDBC.configuration())
			.withPropertyValues("distributed-lock.fencing.initialize-schema=always")
			.run((context) -> {
				assertThatExceptionOfType(ConcurrencyFailureException.class)
					.isThrownBy(() -> payWhile(context, Isolation.REPEATABLE_READ, this::later));
				assertThat(payments()).isZero();
			});
	}

	@Test
	void snapshotLeavesItsTokenInTheFenceTable() {
		this.runner.withUserConfiguration(Manager.JDBC.configuration())
			.withPropertyValues("distributed-lock.fencing.initialize-schema=always")
			.run((context) -> {
				long token = payWhile(context, Isolation.SERIALIZABLE, () -> {
				});
				assertThat(this.outside.queryForObject(
						"select fencing_token from distributed_lock_fence where resource = 'order'", Long.class))
					.isEqualTo(token);
			});
	}

	@Test
	void snapshotWithoutFenceTableIsCheckedByTheClock(CapturedOutput output) {
		this.runner.withUserConfiguration(Manager.JDBC.configuration()).run((context) -> {
			payWhile(context, Isolation.REPEATABLE_READ, () -> {
			});
			payWhile(context, Isolation.REPEATABLE_READ, () -> {
			});
			assertThat(payments()).isEqualTo(2);
			assertThat(output.getOut().split("there is no fence table", -1)).hasSize(2);
		});
	}

	@Test
	void transactionElsewhereIsCheckedByTheClock() {
		this.runner.withUserConfiguration(Elsewhere.class).run((context) -> {
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			DistributedLocks locks = context.getBean(DistributedLocks.class);
			assertThatExceptionOfType(LeaseLostException.class)
				.isThrownBy(() -> locks.run(ORDER, () -> transaction.executeWithoutResult((status) -> takeOver())))
				.satisfies((lost) -> {
					assertThat(lost.reason()).isEqualTo(LeaseLost.Reason.REFUSED);
					assertThat(lost.workCommitted()).isEqualTo(WorkCommitted.UNKNOWN);
				});
		});
	}

	private long payWhile(ApplicationContext context, Isolation isolation, Runnable meanwhile) {
		this.outside.execute("create table if not exists payment (id serial primary key)");
		JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
		TransactionTemplate transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		transaction.setIsolationLevel(isolation.value());
		return context.getBean(DistributedLocks.class).call(ORDER, () -> {
			transaction.executeWithoutResult((status) -> {
				jdbc.update("insert into payment default values");
				meanwhile.run();
			});
			return LockContext.current().map(Lease::fencingToken).orElseThrow();
		});
	}

	private void later() {
		this.outside.update("insert into distributed_lock_fence values ('order', ?, ?)", Long.MAX_VALUE,
				Long.MAX_VALUE);
	}

	private void takeOver() {
		assertThat(this.outside.update(
				"update distributed_lock set owner = 'other', fencing_token = fencing_token + 1 where lock_key = 'order'"))
			.isOne();
	}

	private int payments() {
		Integer payments = this.outside.queryForObject("select count(*) from payment", Integer.class);
		return (payments != null) ? payments : -1;
	}

	@Configuration(proxyBeanMethods = false)
	static class Elsewhere {

		@Bean
		PlatformTransactionManager transactionManager() {
			return new JdbcTransactionManager(new DriverManagerDataSource("jdbc:h2:mem:elsewhere"));
		}

	}

}
