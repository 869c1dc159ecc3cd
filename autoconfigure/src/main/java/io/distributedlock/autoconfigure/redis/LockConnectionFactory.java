package io.distributedlock.autoconfigure.redis;

import java.util.List;

import io.distributedlock.autoconfigure.DistributedLockConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.util.StringUtils;

/**
 * Finds the application's connection factory whose server holds the locks.
 */
final class LockConnectionFactory {

	static final String PROPERTY = "distributed-lock.redis.connection-factory-bean-name";

	private LockConnectionFactory() {
	}

	/**
	 * Finds the factory.
	 * @param beanFactory where the factories are
	 * @param beanName the one to use, {@code null} or blank for the only or primary one
	 * @param user the bean that will use it, and has to end first
	 * @return the factory
	 * @throws DistributedLockConfigurationException if there is no such bean, or several
	 * and none is chosen
	 */
	static RedisConnectionFactory find(ConfigurableListableBeanFactory beanFactory, @Nullable String beanName,
			String user) {
		List<String> found = List
			.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory, RedisConnectionFactory.class));
		found.forEach((name) -> beanFactory.registerDependentBean(name, user));
		if (StringUtils.hasText(beanName)) {
			if (!found.contains(beanName)) {
				throw new DistributedLockConfigurationException(
						"The property %s is '%s', and there is no RedisConnectionFactory bean of that name. Found: %s."
							.formatted(PROPERTY, beanName, quoted(found)),
						action(found));
			}
			return beanFactory.getBean(beanName, RedisConnectionFactory.class);
		}
		RedisConnectionFactory factory = beanFactory.getBeanProvider(RedisConnectionFactory.class).getIfUnique();
		if (factory == null) {
			throw new DistributedLockConfigurationException(
					"There are several RedisConnectionFactory beans, none is primary, and none is chosen for distributed locks. Found: %s."
						.formatted(quoted(found)),
					action(found));
		}
		return factory;
	}

	private static String action(List<String> found) {
		StringBuilder action = new StringBuilder("Write one of%n%n".formatted());
		found.forEach((name) -> action.append("    %s=%s%n".formatted(PROPERTY, name)));
		return action.toString();
	}

	private static String quoted(List<String> names) {
		return names.isEmpty() ? "none" : "'" + String.join("', '", names) + "'";
	}

}
