package io.distributedlock.autoconfigure;

import java.util.Optional;
import java.util.function.Supplier;

import io.distributedlock.engine.Transactions;
import io.distributedlock.transaction.GuardedCommits;
import io.distributedlock.transaction.GuardedTransactionManagers;
import io.distributedlock.transaction.LeaseGuard;
import io.distributedlock.transaction.LockTransactions;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.util.function.SingletonSupplier;

/**
 * Auto-configuration of locks in Spring's transactions.
 */
@AutoConfiguration(before = DistributedLockAutoConfiguration.class)
@ConditionalOnClass(PlatformTransactionManager.class)
@EnableConfigurationProperties(DistributedLockProperties.class)
public final class LockTransactionAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean(Transactions.class)
	LockTransactions distributedLockTransactions(DistributedLockProperties properties) {
		return new LockTransactions(properties.transactions().onStaleSnapshot());
	}

	/**
	 * The guard is no bean: Spring Boot adds every listener bean to every transaction
	 * manager. The transaction managers of a child context are its own.
	 */
	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnBean(LockTransactions.class)
	static GuardedTransactionManagers distributedLockTransactionManagers(ObjectProvider<LockTransactions> transactions,
			ObjectProvider<LeaseGuard> guards, ObjectProvider<DistributedLockProperties> properties) {
		Supplier<GuardedCommits> guard = SingletonSupplier
			.of(() -> new GuardedCommits(transactions.getObject(), () -> guards.orderedStream().toList()));
		return new GuardedTransactionManagers(transactions::getObject,
				() -> properties.getObject().transactions().guard() ? Optional.of(guard.get()) : Optional.empty());
	}

}
