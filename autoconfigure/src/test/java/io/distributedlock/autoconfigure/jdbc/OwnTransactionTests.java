package io.distributedlock.autoconfigure.jdbc;

import java.util.function.Consumer;
import java.util.function.Supplier;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.LockAnnotationAutoConfiguration;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * A lock is committed at once and for itself, whatever transaction its caller is in. On a
 * real PostgreSQL.
 */
@Timeout(120)
class OwnTransactionTests {

	private static final LockRequest ORDER = LockRequest.of("order:42");

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate outside = this.database.outside();

	private final ApplicationContextRunner withoutDataSource = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
				LockAnnotationAutoConfiguration.class, JdbcLockAutoConfiguration.class))
		.withPropertyValues(this.database.properties());

	private final ApplicationContextRunner runner = this.withoutDataSource
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class));

	@BeforeEach
	void createTableOfTheApplication() {
		this.outside.execute("create table payment (id int primary key)");
	}

	@ParameterizedTest
	@CsvSource({ "JDBC,REQUIRED", "JDBC,REQUIRES_NEW", "JDBC,NESTED", "JPA,REQUIRED", "JPA,REQUIRES_NEW" })
	void whateverThePropagation(Manager manager, Propagation propagation) {
		this.runner.withUserConfiguration(manager.configuration).run((context) -> {
			TransactionTemplate outer = transaction(context, Propagation.REQUIRED);
			outer.executeWithoutResult((status) -> {
				jdbc(context).execute("insert into payment values (1)");
				locksOutside(context, transaction(context, propagation));
				status.setRollbackOnly();
			});
			isRolledBackAndTheLockIsNot();
		});
	}

	@ParameterizedTest
	@EnumSource
	void whateverTheIsolation(Manager manager) {
		this.runner.withUserConfiguration(manager.configuration).run((context) -> {
			locksOutside(context, transaction(context, Propagation.REQUIRED, (definition) -> {
				definition.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
			}));
			isRolledBackAndTheLockIsNot();
		});
	}

	@ParameterizedTest
	@EnumSource
	void alsoWhereTheTransactionIsReadOnly(Manager manager) {
		this.runner.withUserConfiguration(manager.configuration).run((context) -> {
			transaction(context, Propagation.REQUIRED, (definition) -> {
				definition.setReadOnly(true);
			}).executeWithoutResult((status) -> {
				assertThat(jdbc(context).queryForObject("show transaction_read_only", String.class)).isEqualTo("on");
				isLockedOutsideWhile(context);
			});
			isRolledBackAndTheLockIsNot();
		});
	}

	@ParameterizedTest
	@EnumSource
	void alsoForAnnotatedMethods(Manager manager) {
		this.runner.withUserConfiguration(manager.configuration, WithShop.class).run((context) -> {
			Checkout checkout = context.getBean(Checkout.class);
			assertThatIllegalStateException().isThrownBy(() -> checkout.pay(() -> keys(this.outside)))
				.withMessage("payment refused, locks seen outside: 1");
			isRolledBackAndTheLockIsNot();
		});
	}

	@ParameterizedTest
	@EnumSource
	void alsoBehindProxiesOfTheDataSource(Proxy proxy) {
		this.withoutDataSource
			.withBean("dataSource", DataSource.class,
					() -> proxy.around(new DriverManagerDataSource(this.database.url(), "postgres", "")))
			.withUserConfiguration(WithJdbc.class)
			.run((context) -> {
				locksOutside(context, transaction(context, Propagation.REQUIRED));
				isRolledBackAndTheLockIsNot();
			});
	}

	@ParameterizedTest
	@EnumSource
	void alsoBehindProxiesOfAPool(Proxy proxy) {
		this.withoutDataSource.withBean("dataSource", DataSource.class, () -> proxy.around(pool()))
			.withUserConfiguration(WithJdbc.class)
			.run((context) -> {
				locksOutside(context, transaction(context, Propagation.REQUIRED));
				isRolledBackAndTheLockIsNot();
			});
	}

	@Test
	void alsoWhereThePrimaryOfSeveralDataSourcesIsUsed() {
		this.withoutDataSource.withUserConfiguration(TwoDataSources.class, WithJdbc.class)
			.withBean("database", PostgresDatabase.class, () -> this.database)
			.run((context) -> {
				locksOutside(context, transaction(context, Propagation.REQUIRED));
				isRolledBackAndTheLockIsNot();
			});
	}

	@Test
	void alsoWhereAnotherOfSeveralDataSourcesIsNamed() {
		this.withoutDataSource.withUserConfiguration(TwoDataSources.class, WithJdbc.class)
			.withBean("database", PostgresDatabase.class, () -> this.database)
			.withPropertyValues("distributed-lock.jdbc.data-source-bean-name=other")
			.run((context) -> {
				JdbcTemplate other = new JdbcTemplate(context.getBean("other", DataSource.class));
				TransactionTemplate transaction = transaction(context, Propagation.REQUIRED);
				transaction.executeWithoutResult((status) -> {
					context.getBean(DistributedLocks.class).acquire(ORDER);
					assertThat(keys(other)).isEqualTo(1);
					status.setRollbackOnly();
				});
				assertThat(keys(other)).isEqualTo(1);
			});
	}

	private void locksOutside(ApplicationContext context, TransactionTemplate transaction) {
		transaction.executeWithoutResult((status) -> {
			jdbc(context).execute("insert into payment values (2)");
			isLockedOutsideWhile(context);
			status.setRollbackOnly();
		});
	}

	private void isLockedOutsideWhile(ApplicationContext context) {
		assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isTrue();
		try (Lease lease = context.getBean(DistributedLocks.class).acquire(ORDER)) {
			assertThat(lease.isHeld()).isTrue();
			assertThat(keys(this.outside)).isEqualTo(1);
			assertThat(this.outside.queryForObject("select count(*) from payment", Long.class)).isZero();
		}
	}

	private void isRolledBackAndTheLockIsNot() {
		assertThat(this.outside.queryForObject("select count(*) from payment", Long.class)).isZero();
		assertThat(keys(this.outside)).isEqualTo(1);
	}

	private static Long keys(JdbcTemplate jdbc) {
		Long count = jdbc.queryForObject("select count(*) from distributed_lock where fencing_token > 0", Long.class);
		return (count != null) ? count : -1;
	}

	private HikariDataSource pool() {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(this.database.url());
		pool.setUsername("postgres");
		pool.setMaximumPoolSize(4);
		return pool;
	}

	private static JdbcTemplate jdbc(ApplicationContext context) {
		return new JdbcTemplate(context.getBean(DataSource.class));
	}

	private static TransactionTemplate transaction(ApplicationContext context, Propagation propagation) {
		return transaction(context, propagation, (definition) -> {
		});
	}

	private static TransactionTemplate transaction(ApplicationContext context, Propagation propagation,
			Consumer<DefaultTransactionDefinition> change) {
		DefaultTransactionDefinition definition = new DefaultTransactionDefinition(propagation.behavior);
		change.accept(definition);
		return new TransactionTemplate(context.getBean(PlatformTransactionManager.class), definition);
	}

	enum Propagation {

		REQUIRED(TransactionDefinition.PROPAGATION_REQUIRED),

		REQUIRES_NEW(TransactionDefinition.PROPAGATION_REQUIRES_NEW),

		NESTED(TransactionDefinition.PROPAGATION_NESTED);

		private final int behavior;

		Propagation(int behavior) {
			this.behavior = behavior;
		}

	}

	enum Manager {

		JDBC(WithJdbc.class), JPA(WithJpa.class);

		private final Class<?> configuration;

		Manager(Class<?> configuration) {
			this.configuration = configuration;
		}

	}

	enum Proxy {

		LAZY, TRANSACTION_AWARE, LAZY_AND_TRANSACTION_AWARE;

		DataSource around(DataSource target) {
			return switch (this) {
				case LAZY -> new LazyConnectionDataSourceProxy(target);
				case TRANSACTION_AWARE -> new TransactionAwareDataSourceProxy(target);
				case LAZY_AND_TRANSACTION_AWARE ->
					new TransactionAwareDataSourceProxy(new LazyConnectionDataSourceProxy(target));
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithJdbc {

		@Bean
		PlatformTransactionManager transactionManager(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithJpa {

		@Bean
		LocalContainerEntityManagerFactoryBean entityManagerFactory(DataSource dataSource) {
			LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
			factory.setDataSource(dataSource);
			factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
			factory.setPackagesToScan(OwnTransactionTests.class.getPackageName());
			return factory;
		}

		@Bean
		PlatformTransactionManager transactionManager(EntityManagerFactory entityManagerFactory) {
			return new JpaTransactionManager(entityManagerFactory);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	static class WithShop {

		@Bean
		Till till() {
			return new Till();
		}

		@Bean
		Checkout checkout(Till till, DataSource dataSource) {
			return new Checkout(till, new JdbcTemplate(dataSource));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoDataSources {

		@Bean
		@Primary
		DataSource dataSource(PostgresDatabase database) {
			return new DriverManagerDataSource(database.url(), "postgres", "");
		}

		@Bean
		DataSource other() {
			return new DriverManagerDataSource(PostgresDatabase.create().url(), "postgres", "");
		}

	}

	static class Checkout {

		private final Till till;

		private final JdbcTemplate jdbc;

		Checkout(Till till, JdbcTemplate jdbc) {
			this.till = till;
			this.jdbc = jdbc;
		}

		@Transactional(isolation = Isolation.SERIALIZABLE)
		public void pay(Supplier<Long> locksSeenOutside) {
			this.jdbc.execute("insert into payment values (3)");
			throw new IllegalStateException(
					"payment refused, locks seen outside: " + this.till.charge(locksSeenOutside));
		}

	}

	static class Till {

		@DistributedLock(key = "order:42")
		public Long charge(Supplier<Long> work) {
			assertThat(TransactionInterceptor.currentTransactionStatus().isNewTransaction()).isTrue();
			return work.get();
		}

	}

}
