package io.distributedlock.autoconfigure.transaction;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockListener;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.LockAnnotationAutoConfiguration;
import io.distributedlock.autoconfigure.LockTransactionAutoConfiguration;
import io.distributedlock.autoconfigure.MemoryLockAutoConfiguration;
import org.h2.jdbcx.JdbcConnectionPool;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** An application with a table of its own, whose locks are in memory. */
final class Shop {

	private final ApplicationContext context;

	final DistributedLocks locks;

	/** In the transaction of the calling thread. */
	final JdbcTemplate jdbc;

	private Shop(ApplicationContext context) {
		this.context = context;
		this.locks = context.getBean(DistributedLocks.class);
		this.jdbc = new JdbcTemplate(context.getBean(DataSource.class));
		this.jdbc.execute("create table payment (id int primary key)");
	}

	static ApplicationContextRunner runner(Manager manager) {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DistributedLockAutoConfiguration.class, LockAnnotationAutoConfiguration.class,
							LockTransactionAutoConfiguration.class, MemoryLockAutoConfiguration.class))
			.withPropertyValues("distributed-lock.provider=memory")
			.withBean("dataSource", DataSource.class,
					() -> JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", ""))
			.withUserConfiguration(manager.configuration());
	}

	static void run(ApplicationContextRunner runner, Consumer<Shop> test) {
		runner.run((context) -> test.accept(new Shop(context)));
	}

	static void run(Manager manager, Consumer<Shop> test) {
		run(runner(manager), test);
	}

	<T> T get(Class<T> type) {
		return this.context.getBean(type);
	}

	void publish(Object event) {
		this.context.publishEvent(event);
	}

	void pay(int id) {
		this.jdbc.update("insert into payment values (?)", id);
	}

	List<Integer> payments() {
		return this.jdbc.queryForList("select id from payment order by id", Integer.class);
	}

	boolean isHeld(String key) {
		return this.locks.find(key).isPresent();
	}

	TransactionTemplate transaction() {
		return transaction(TransactionDefinition.PROPAGATION_REQUIRED);
	}

	TransactionTemplate transaction(int propagation) {
		return transaction(propagation, (definition) -> {
		});
	}

	TransactionTemplate transaction(int propagation, Consumer<DefaultTransactionDefinition> change) {
		DefaultTransactionDefinition definition = new DefaultTransactionDefinition(propagation);
		change.accept(definition);
		return new TransactionTemplate(get(PlatformTransactionManager.class), definition);
	}

	/** Notes when a lock is given back. */
	static LockListener releasesNotedIn(List<String> events) {
		return new LockListener() {

			@Override
			public void released(Lease lease, Duration held) {
				events.add("released " + lease.key());
			}

		};
	}

}
