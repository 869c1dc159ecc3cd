package io.distributedlock.autoconfigure.redis;

import io.distributedlock.autoconfigure.BeanChoice;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Finds the application's connection factory whose server holds the locks.
 */
final class LockConnectionFactory {

	static final String PROPERTY = "distributed-lock.redis.connection-factory-bean-name";

	private static final BeanChoice<RedisConnectionFactory> CHOICE = new BeanChoice<>(RedisConnectionFactory.class,
			PROPERTY);

	private LockConnectionFactory() {
	}

	/**
	 * Finds the factory.
	 * @param beanFactory where the factories are
	 * @param beanName the one to use, {@code null} or blank for the only or primary one
	 * @param user the bean that will use it, and has to end first
	 * @return the factory
	 * @throws io.distributedlock.autoconfigure.DistributedLockConfigurationException if
	 * there is no such bean, or several and none is chosen
	 */
	static RedisConnectionFactory find(ConfigurableListableBeanFactory beanFactory, @Nullable String beanName,
			String user) {
		CHOICE.names(beanFactory).forEach((name) -> beanFactory.registerDependentBean(name, user));
		return CHOICE.find(beanFactory, beanName);
	}

}
