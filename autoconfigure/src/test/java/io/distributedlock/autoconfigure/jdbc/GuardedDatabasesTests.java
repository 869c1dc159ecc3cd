package io.distributedlock.autoconfigure.jdbc;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LeaseLost;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LeaseLostException.WorkCommitted;
import io.distributedlock.LockRequest;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.LockTransactionAutoConfiguration;
import io.distributedlock.autoconfigure.transaction.Manager;
import io.distributedlock.jdbc.MariaDbServer;
import io.distributedlock.jdbc.PostgresServer;
import io.distributedlock.jdbc.TestDatabase;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Transactions at their database's usual isolation, whose lock somebody has taken away in
 * the database, of which the holder knows nothing.
 */
@Timeout(120)
class GuardedDatabasesTests {

	private static final LockRequest ORDER = LockRequest.of("order").withTtl(Duration.ofMinutes(10));

	static Stream<Arguments> databasesAndManagers() {
		return Arrays.stream(Database.values())
			.flatMap((database) -> Arrays.stream(Manager.values()).map((manager) -> Arguments.of(database, manager)));
	}

	@ParameterizedTest
	@MethodSource("databasesAndManagers")
	void transactionIsRolledBackIfTheRowSaysOtherwise(Database kind, Manager manager) {
		run(kind, manager, (context, outside) -> {
			assertThatExceptionOfType(LeaseLostException.class)
				.isThrownBy(() -> payWhile(context, () -> takeOver(outside)))
				.satisfies((lost) -> {
					assertThat(lost.workCommitted()).isEqualTo(WorkCommitted.NO);
					assertThat(lost.reason()).isEqualTo(LeaseLost.Reason.REFUSED);
				});
			assertThat(payments(outside)).isZero();
		});
	}

	@ParameterizedTest
	@MethodSource("databasesAndManagers")
	void transactionIsCommittedWhileTheLockIsHeld(Database kind, Manager manager) {
		run(kind, manager, (context, outside) -> {
			payWhile(context, () -> {
			});
			payWhile(context, () -> {
			});
			assertThat(payments(outside)).isEqualTo(2);
			assertThat(context.getBean(DistributedLocks.class).find("order")).isEmpty();
		});
	}

	private static void run(Database kind, Manager manager, Test test) {
		try (TestDatabase database = kind.create()) {
			new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
						LockTransactionAutoConfiguration.class, JdbcLockAutoConfiguration.class))
				.withPropertyValues("distributed-lock.jdbc.initialize-schema=always")
				.withBean("dataSource", DataSource.class, database::dataSource)
				.withUserConfiguration(manager.configuration())
				.run((context) -> {
					TestDatabase outside = database.at((url) -> url);
					try (outside) {
						outside.execute("create table payment (id int primary key)");
						test.run(context, outside);
					}
				});
		}
	}

	private static void payWhile(ApplicationContext context, Runnable meanwhile) {
		JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
		TransactionTemplate transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		context.getBean(DistributedLocks.class).run(ORDER, () -> transaction.executeWithoutResult((status) -> {
			jdbc.update("insert into payment select count(*) from payment");
			meanwhile.run();
		}));
	}

	private static void takeOver(TestDatabase outside) {
		outside.execute(
				"update distributed_lock set owner = 'other', fencing_token = fencing_token + 1 where lock_key = 'order'");
	}

	private static long payments(TestDatabase outside) {
		return outside.query("select count(*) from payment");
	}

	private enum Database {

		POSTGRESQL, MARIADB, H2;

		TestDatabase create() {
			return switch (this) {
				case POSTGRESQL -> PostgresServer.shared().newEmptyDatabase();
				case MARIADB -> MariaDbServer.shared().newEmptyDatabase();
				case H2 -> TestDatabase.withoutTable(TestDatabase.memoryUrl());
			};
		}

	}

	private interface Test {

		void run(ApplicationContext context, TestDatabase outside);

	}

}
