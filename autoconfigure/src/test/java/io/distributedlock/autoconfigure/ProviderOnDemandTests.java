package io.distributedlock.autoconfigure;

import java.util.UUID;

import javax.sql.DataSource;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LockContext;
import io.distributedlock.LockStoreException;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.autoconfigure.jdbc.JdbcLockAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Locks of a provider that is not the configured one.
 */
@Timeout(60)
class ProviderOnDemandTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
				LockAnnotationAutoConfiguration.class, MemoryLockAutoConfiguration.class,
				DataSourceAutoConfiguration.class, JdbcLockAutoConfiguration.class))
		.withPropertyValues("distributed-lock.provider=memory",
				"spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1")
		.withBean(Ledger.class);

	@Test
	void anAnnotationTakesItsLockFromTheProviderThatItNames() {
		this.runner.run((context) -> {
			Ledger ledger = context.getBean(Ledger.class);
			assertThat(ledger.cache()).isEqualTo("memory");
			assertThat(ledger.book()).isEqualTo("jdbc");
		});
	}

	@Test
	void theOtherProvidersStoreIsCreatedOnFirstUse() {
		this.runner.withPropertyValues("distributed-lock.jdbc.initialize-schema=never").run((context) -> {
			Ledger ledger = context.getBean(Ledger.class);
			assertThat(ledger.cache()).isEqualTo("memory");
			assertThatExceptionOfType(LockStoreException.class).isThrownBy(ledger::book)
				.withMessageContaining("jdbc")
				.withStackTraceContaining("distributed_lock");

			new ResourceDatabasePopulator(new ClassPathResource("io/distributedlock/jdbc/schema-h2.sql"))
				.execute(context.getBean(DataSource.class));
			assertThat(ledger.book()).isEqualTo("jdbc");
		});
	}

	@Test
	void findsTheKeyOfTheConfiguredProvider() {
		this.runner.run((context) -> context.getBean(Ledger.class)
			.run(() -> assertThat(context.getBean(DistributedLocks.class).find("ledger")).isEmpty()));
	}

	@Test
	void stopsAnApplicationThatNamesAProviderThatIsNotThere() {
		this.runner.withPropertyValues("ledger.provider=redis")
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidLockAnnotationException.class)
				.hasMessageContaining("provider = \"redis\" names no provider that is there")
				.hasMessageContaining("Write one of 'jdbc', 'memory'"));
	}

	static class Ledger {

		@DistributedLock("ledger")
		public String cache() {
			return LockContext.current().orElseThrow().provider();
		}

		@DistributedLock(key = "ledger", provider = "${ledger.provider:jdbc}")
		public String book() {
			return LockContext.current().orElseThrow().provider();
		}

		@DistributedLock(key = "ledger", provider = "jdbc")
		public void run(Runnable work) {
			work.run();
		}

	}

}
