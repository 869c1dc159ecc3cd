package io.distributedlock.autoconfigure.jdbc;

import java.util.List;

import javax.sql.DataSource;

import io.distributedlock.autoconfigure.DistributedLockConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.StringUtils;

/**
 * Finds the application's data source whose database holds the locks.
 */
final class LockDataSource {

	private static final String PROPERTY = "distributed-lock.jdbc.data-source-bean-name";

	private LockDataSource() {
	}

	static DataSource find(ListableBeanFactory beanFactory, @Nullable String beanName) {
		List<String> found = List.of(beanFactory.getBeanNamesForType(DataSource.class));
		if (StringUtils.hasText(beanName)) {
			if (!found.contains(beanName)) {
				throw new DistributedLockConfigurationException(
						"The property %s is '%s', and there is no DataSource bean of that name. Found: %s."
							.formatted(PROPERTY, beanName, quoted(found)),
						action(found));
			}
			return beanFactory.getBean(beanName, DataSource.class);
		}
		DataSource dataSource = beanFactory.getBeanProvider(DataSource.class).getIfUnique();
		if (dataSource == null) {
			throw new DistributedLockConfigurationException(
					"There are several DataSource beans, none is primary, and none is chosen for distributed locks. Found: %s."
						.formatted(quoted(found)),
					action(found));
		}
		return dataSource;
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
