package io.distributedlock.autoconfigure.jdbc;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.distributedlock.autoconfigure.DistributedLockProperties;
import io.distributedlock.autoconfigure.DurationProperties;
import io.distributedlock.fencing.JdbcFencingGuard;
import io.distributedlock.jdbc.CommitGuard;
import io.distributedlock.jdbc.JdbcLockStore;
import io.distributedlock.jdbc.JdbcLockStoreConfig;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.LockStore;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.autoconfigure.init.OnDatabaseInitializationCondition;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.util.function.SingletonSupplier;

/**
 * Auto-configuration of the provider {@code jdbc}: locks in the database of the
 * application's {@link DataSource}.
 */
@AutoConfiguration(after = DataSourceAutoConfiguration.class)
@ConditionalOnClass({ JdbcLockStore.class, JdbcOperations.class, DataSourceScriptDatabaseInitializer.class })
@Conditional(JdbcLockAutoConfiguration.OnDataSource.class)
@EnableConfigurationProperties({ JdbcLockProperties.class, DistributedLockProperties.class })
@Import(DatabaseInitializationDependencyConfigurer.class)
@ImportRuntimeHints(LockConnectionHints.class)
public final class JdbcLockAutoConfiguration {

	private static final String DATA_SOURCE_PROPERTY = "distributed-lock.jdbc.data-source-bean-name";

	@Bean
	@ConditionalOnMissingBean(name = "jdbcLockSchemaInitializer")
	@Conditional({ OnOneDataSource.class, OnSchemaInitialization.class })
	LockSchemaInitializer jdbcLockSchemaInitializer(ListableBeanFactory beanFactory, JdbcLockProperties properties) {
		DataSource dataSource = LockDataSource.find(beanFactory, properties.getDataSourceBeanName());
		return new LockSchemaInitializer(storeConfig(dataSource, properties).dataSource(), properties);
	}

	@Bean
	LockConnections jdbcLockConnections(ListableBeanFactory beanFactory, JdbcLockProperties properties,
			DistributedLockProperties lockProperties) {
		if (properties.getPoolSize() < 1) {
			throw new InvalidConfigurationPropertyValueException("distributed-lock.jdbc.pool-size",
					properties.getPoolSize(), "It has to be 1 or more.");
		}
		return new LockConnections(() -> LockDataSource.find(beanFactory, properties.getDataSourceBeanName()),
				properties.getPoolSize(), lockProperties.storeTimeout());
	}

	@Bean
	@ConditionalOnMissingBean(name = "jdbcLockProvider")
	@DependsOnDatabaseInitialization
	LockProvider jdbcLockProvider(LockConnections connections, JdbcLockProperties properties,
			DistributedLockProperties lockProperties, Environment environment) {
		Duration storeTimeout = lockProperties.storeTimeout();
		Duration retention = new DurationProperties(environment).positive("distributed-lock.jdbc.retention",
				properties.getRetention());
		return new LockProvider("jdbc", SingletonSupplier.of(() -> JdbcLockStore.open(
				storeConfig(connections.open(), properties).withStoreTimeout(storeTimeout).withRetention(retention))));
	}

	@Bean
	@ConditionalOnMissingBean
	JdbcLeaseGuard jdbcLeaseGuard(ListableBeanFactory beanFactory, JdbcLockProperties properties,
			@Qualifier("jdbcLockProvider") ObjectProvider<LockProvider> provider, LockConnections connections,
			ObjectProvider<JdbcFencingGuard> fencing) {
		Supplier<DataSource> dataSource = SingletonSupplier
			.of(() -> LockDataSource.find(beanFactory, properties.getDataSourceBeanName()));
		return new JdbcLeaseGuard("jdbc", dataSource,
				SingletonSupplier.of(() -> commitGuard(provider.getObject().store().get())),
				new SnapshotGuard(() -> Optional.ofNullable(fencing.getIfAvailable()), dataSource, connections::open));
	}

	/** The application may have brought another store. */
	private static Optional<CommitGuard> commitGuard(LockStore store) {
		return (store instanceof JdbcLockStore ours) ? Optional.of(ours.commitGuard()) : Optional.empty();
	}

	private static JdbcLockStoreConfig storeConfig(DataSource dataSource, JdbcLockProperties properties) {
		try {
			return JdbcLockStoreConfig.of(dataSource).withTableName(properties.getTableName());
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException("distributed-lock.jdbc.table-name",
					properties.getTableName(), ex.getMessage(), ex);
		}
	}

	static class OnDataSource extends AnyNestedCondition {

		OnDataSource() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnBean(DataSource.class)
		static class Any {

		}

		@ConditionalOnProperty(DATA_SOURCE_PROPERTY)
		static class Named {

		}

	}

	/**
	 * Which of several data sources holds the locks is asked when the first lock is: the
	 * provider may not be used at all.
	 */
	static class OnOneDataSource extends AnyNestedCondition {

		OnOneDataSource() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnSingleCandidate(DataSource.class)
		static class Single {

		}

		@ConditionalOnProperty(DATA_SOURCE_PROPERTY)
		static class Named {

		}

	}

	static class OnSchemaInitialization extends OnDatabaseInitializationCondition {

		OnSchemaInitialization() {
			super("Distributed lock", "distributed-lock.jdbc.initialize-schema");
		}

	}

}
