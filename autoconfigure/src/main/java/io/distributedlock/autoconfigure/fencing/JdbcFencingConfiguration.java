package io.distributedlock.autoconfigure.fencing;

import java.time.Duration;

import javax.sql.DataSource;

import io.distributedlock.autoconfigure.BeanChoice;
import io.distributedlock.autoconfigure.DurationProperties;
import io.distributedlock.fencing.FenceTable;
import io.distributedlock.fencing.FencingGuard;
import io.distributedlock.fencing.FencingRejections;
import io.distributedlock.fencing.JdbcFencingGuard;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.autoconfigure.init.OnDatabaseInitializationCondition;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * The guard of a database, whatever provider grants the locks.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ JdbcOperations.class, DataSourceScriptDatabaseInitializer.class })
@Conditional(JdbcFencingConfiguration.OnDataSource.class)
@ConditionalOnMissingBean(FencingGuard.class)
@EnableConfigurationProperties(FencingProperties.class)
@Import(DatabaseInitializationDependencyConfigurer.class)
class JdbcFencingConfiguration {

	private static final String DATA_SOURCE_PROPERTY = "distributed-lock.fencing.data-source-bean-name";

	private static final BeanChoice<DataSource> DATA_SOURCE = new BeanChoice<>(DataSource.class, DATA_SOURCE_PROPERTY);

	@Bean
	@ConditionalOnMissingBean(name = "fenceSchemaInitializer")
	@Conditional({ OnOneDataSource.class, OnSchemaInitialization.class })
	FenceSchemaInitializer fenceSchemaInitializer(ListableBeanFactory beanFactory, FencingProperties properties,
			Environment environment) {
		DataSource dataSource = dataSource(beanFactory, properties);
		table(dataSource, properties, environment);
		return new FenceSchemaInitializer(dataSource, properties);
	}

	/** Lazy, so that which of several data sources is meant is asked of users only. */
	@Bean
	@Lazy
	@DependsOnDatabaseInitialization
	JdbcFencingGuard fencingGuard(ListableBeanFactory beanFactory, FencingProperties properties,
			FencingRejections rejections, Environment environment) {
		return new JdbcFencingGuard(table(dataSource(beanFactory, properties), properties, environment), rejections);
	}

	private static DataSource dataSource(ListableBeanFactory beanFactory, FencingProperties properties) {
		return DATA_SOURCE.find(beanFactory, properties.getDataSourceBeanName());
	}

	private static FenceTable table(DataSource dataSource, FencingProperties properties, Environment environment) {
		Duration retention = new DurationProperties(environment).positive("distributed-lock.fencing.retention",
				properties.getRetention());
		try {
			return new FenceTable(dataSource, properties.getTableName(), retention);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException("distributed-lock.fencing.table-name",
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
			super("Distributed lock fencing", "distributed-lock.fencing.initialize-schema");
		}

	}

}
