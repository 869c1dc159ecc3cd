package io.distributedlock.autoconfigure.jdbc;

import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.jdbc.MissingLockTableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who creates the lock table, and when.
 */
@Timeout(120)
class JdbcLockMigrationTests {

	private static final String RESOURCES = "classpath:io/distributedlock/autoconfigure/jdbc/";

	private static final LockRequest ORDER = LockRequest.of("order:42");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
				JdbcLockAutoConfiguration.class, DataSourceAutoConfiguration.class))
		.withPropertyValues("spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");

	private final ApplicationContextRunner flyway = this.runner
		.withConfiguration(AutoConfigurations.of(FlywayAutoConfiguration.class))
		.withPropertyValues("spring.flyway.locations=" + RESOURCES + "flyway");

	private final ApplicationContextRunner liquibase = this.runner
		.withConfiguration(AutoConfigurations.of(LiquibaseAutoConfiguration.class))
		.withPropertyValues("spring.liquibase.change-log=" + RESOURCES + "liquibase.sql");

	@Test
	void waitsForFlyway() {
		this.flyway.withUserConfiguration(LockedStart.class)
			.withPropertyValues("distributed-lock.jdbc.initialize-schema=never")
			.run((context) -> {
				assertThat(context.getBean("tokenOfStart", Long.class)).isPositive();
				assertThat(valuesOf("migrated_by", context)).containsExactly("flyway");
			});
	}

	@Test
	void waitsForLiquibase() {
		this.liquibase.withUserConfiguration(LockedStart.class)
			.withPropertyValues("distributed-lock.jdbc.initialize-schema=never")
			.run((context) -> {
				assertThat(context.getBean("tokenOfStart", Long.class)).isPositive();
				assertThat(valuesOf("migrated_by", context)).containsExactly("liquibase");
			});
	}

	@Test
	void leavesTheTableOfFlywayAloneIfToldToCreateOne() {
		this.flyway.withPropertyValues("distributed-lock.jdbc.initialize-schema=always").run((context) -> {
			assertThat(context.getBean(DistributedLocks.class).tryAcquire(ORDER)).isPresent();
			assertThat(valuesOf("migrated_by", context)).containsExactly("flyway");
		});
	}

	@Test
	void leavesTheTableOfLiquibaseAloneIfToldToCreateOne() {
		this.liquibase.withPropertyValues("distributed-lock.jdbc.initialize-schema=always").run((context) -> {
			assertThat(context.getBean(DistributedLocks.class).tryAcquire(ORDER)).isPresent();
			assertThat(valuesOf("migrated_by", context)).containsExactly("liquibase");
		});
	}

	/**
	 * Flyway refuses a schema that has tables and no history.
	 */
	@Test
	void createsTheTableAfterFlywayHasCreatedOthers() {
		this.flyway
			.withPropertyValues("spring.flyway.locations=" + RESOURCES + "flyway-orders",
					"distributed-lock.jdbc.initialize-schema=always")
			.run((context) -> {
				assertThat(context.getBean(DistributedLocks.class).tryAcquire(ORDER)).isPresent();
				assertThat(tablesIn(context)).contains("ORDERS", "DISTRIBUTED_LOCK", "flyway_schema_history");
			});
	}

	@Test
	void createsTheTableBesidesThoseOfLiquibase() {
		this.liquibase
			.withPropertyValues("spring.liquibase.change-log=" + RESOURCES + "liquibase-orders.sql",
					"distributed-lock.jdbc.initialize-schema=always")
			.run((context) -> {
				assertThat(context.getBean(DistributedLocks.class).tryAcquire(ORDER)).isPresent();
				assertThat(tablesIn(context)).contains("ORDERS", "DISTRIBUTED_LOCK", "DATABASECHANGELOG");
			});
	}

	@Test
	void startsAgainOnWhatFlywayAndTheScriptHaveLeft() {
		ApplicationContextRunner both = this.flyway.withPropertyValues(
				"spring.flyway.locations=" + RESOURCES + "flyway-orders",
				"distributed-lock.jdbc.initialize-schema=always");
		both.run((context) -> context.getBean(DistributedLocks.class).acquire(ORDER));
		both.run((context) -> assertThat(context.getBean(DistributedLocks.class).find("order:42")).isPresent());
	}

	@Test
	void missesTheTableThatNoMigrationCreates() {
		this.flyway
			.withPropertyValues("spring.flyway.locations=" + RESOURCES + "flyway-orders",
					"distributed-lock.jdbc.initialize-schema=never")
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(MissingLockTableException.class.getName()));
	}

	@Test
	void runsTheScriptOfTheUserAsItIs() {
		this.runner.withPropertyValues("distributed-lock.jdbc.schema=" + RESOURCES + "own-schema.sql")
			.run((context) -> {
				assertThat(context.getBean(DistributedLocks.class).tryAcquire(ORDER)).isPresent();
				assertThat(valuesOf("region", context)).containsExactly("north");
			});
	}

	@Test
	void looksForTheScriptOfThePlatformItIsTold() {
		this.runner
			.withPropertyValues("distributed-lock.jdbc.schema=" + RESOURCES + "own-schema-@@platform@@.sql",
					"distributed-lock.jdbc.platform=oracle")
			.run((context) -> {
				assertThat(context.getBean(DistributedLocks.class).tryAcquire(ORDER)).isPresent();
				assertThat(valuesOf("region", context)).containsExactly("oracle");
			});
	}

	@Test
	void refusesAScriptThatIsNotThere() {
		this.runner.withPropertyValues("distributed-lock.jdbc.schema=classpath:nowhere.sql")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("classpath:nowhere.sql"));
	}

	private static List<String> valuesOf(String column, ApplicationContext context) {
		return jdbc(context).queryForList("select " + column + " from distributed_lock", String.class);
	}

	private static List<String> tablesIn(ApplicationContext context) {
		return jdbc(context).queryForList(
				"select table_name from information_schema.tables where table_schema = 'PUBLIC'", String.class);
	}

	private static JdbcTemplate jdbc(ApplicationContext context) {
		return new JdbcTemplate(context.getBean(DataSource.class));
	}

	/**
	 * Needs the table as early as can be: while beans are created.
	 */
	@Configuration(proxyBeanMethods = false)
	static class LockedStart {

		@Bean
		Long tokenOfStart(DistributedLocks locks) {
			try (Lease lease = locks.acquire(ORDER)) {
				return lease.fencingToken();
			}
		}

	}

}
