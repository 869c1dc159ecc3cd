package io.distributedlock.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.StringUtils;

/**
 * Which of the application's beans of a type leads to the locks: the one that a property
 * names, else the only or primary one.
 *
 * @param type the type
 * @param property the property
 * @param <T> the type
 */
public record BeanChoice<T>(Class<T> type, String property) {

	/**
	 * Returns the names of the beans to choose from, those of parent contexts included.
	 * @param beanFactory where they are
	 * @return the names
	 */
	public List<String> names(ListableBeanFactory beanFactory) {
		return List.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory, this.type));
	}

	/**
	 * Finds the bean.
	 * @param beanFactory where it is
	 * @param beanName the value of the property, {@code null} or blank if it is not set
	 * @return the bean
	 * @throws DistributedLockConfigurationException if there is no such bean, or several
	 * and none is chosen
	 */
	public T find(ListableBeanFactory beanFactory, @Nullable String beanName) {
		List<String> found = names(beanFactory);
		if (StringUtils.hasText(beanName)) {
			if (!found.contains(beanName)) {
				throw new DistributedLockConfigurationException(
						"The property %s is '%s', and there is no %s bean of that name. Found: %s.".formatted(
								this.property, beanName, this.type.getSimpleName(), quoted(found)),
						action(found));
			}
			return beanFactory.getBean(beanName, this.type);
		}
		T bean = beanFactory.getBeanProvider(this.type).getIfUnique();
		if (bean == null) {
			throw new DistributedLockConfigurationException(
					"There are several %s beans, none is primary, and none is chosen for distributed locks. Found: %s."
						.formatted(this.type.getSimpleName(), quoted(found)),
					action(found));
		}
		return bean;
	}

	private String action(List<String> found) {
		StringBuilder action = new StringBuilder("Write one of%n%n".formatted());
		found.forEach((name) -> action.append("    %s=%s%n".formatted(this.property, name)));
		return action.toString();
	}

	private static String quoted(List<String> names) {
		return names.isEmpty() ? "none" : "'" + String.join("', '", names) + "'";
	}

}
