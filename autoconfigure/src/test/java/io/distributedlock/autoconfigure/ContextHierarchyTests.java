package io.distributedlock.autoconfigure;

import java.util.UUID;

import javax.sql.DataSource;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LockContext;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.autoconfigure.jdbc.JdbcLockAutoConfiguration;
import io.distributedlock.transaction.GuardedCommits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The locks, or what they need, are in a parent context, and what is locked in its child.
 */
class ContextHierarchyTests {

	private final ApplicationContextRunner parent = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(LockTransactionAutoConfiguration.class, DistributedLockAutoConfiguration.class,
						LockAnnotationAutoConfiguration.class, MemoryLockAutoConfiguration.class))
		.withPropertyValues("distributed-lock.provider=memory");

	/** Configured as its parent is, as by {@code SpringApplicationBuilder}. */
	private final ApplicationContextRunner child = this.parent.withBean(Orders.class);

	@Test
	void aBeanOfTheChildIsLockedByTheParentsLocks() {
		this.parent.run((parent) -> this.child.withParent(parent).run((child) -> {
			assertThat(child.getBean(DistributedLocks.class)).isSameAs(parent.getBean(DistributedLocks.class));
			assertThat(child.getBean(Orders.class).capture("42")).isEqualTo("order:42");
		}));
	}

	@Test
	void aMistakeInTheChildStopsTheChild() {
		this.parent.run((parent) -> this.child.withParent(parent)
			.withPropertyValues("orders.ttl=10")
			.run((child) -> assertThat(child).getFailure()
				.rootCause()
				.hasMessageContaining("ttl = \"${orders.ttl:10s}\" = \"10\" has no unit")));
	}

	@Test
	void theParentsLocksOutliveTheChild() {
		this.parent.run((parent) -> {
			this.child.withParent(parent).run((child) -> assertThat(child).hasNotFailed());
			assertThat(parent.getBean(DistributedLocks.class).find("order:42")).isEmpty();
		});
	}

	@Test
	void commitsOfTheChildsTransactionsAreGuarded() {
		ApplicationContextRunner child = this.child
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID());
		this.parent.run((parent) -> child.withParent(parent)
			.run((context) -> assertThat(
					context.getBean(JdbcTransactionManager.class).getTransactionExecutionListeners())
				.hasAtLeastOneElementOfType(GuardedCommits.class)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "dataSource" })
	void locksOfTheChildAreInTheDatabaseOfTheParent(String dataSource) {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID())
			.run((parent) -> this.child.withConfiguration(AutoConfigurations.of(JdbcLockAutoConfiguration.class))
				.withPropertyValues("distributed-lock.provider=jdbc",
						"distributed-lock.jdbc.data-source-bean-name=" + dataSource)
				.withParent(parent)
				.run((child) -> {
					assertThat(child.getBean(Orders.class).capture("42")).isEqualTo("order:42");
					assertThat(JdbcClient.create(parent.getBean(DataSource.class))
						.sql("select lock_key from distributed_lock")
						.query(String.class)
						.list()).containsExactly("order:42");
				}));
	}

	static class Orders {

		@DistributedLock(key = "order:#{#id}", ttl = "${orders.ttl:10s}")
		String capture(String id) {
			return LockContext.current().orElseThrow().key();
		}

	}

}
