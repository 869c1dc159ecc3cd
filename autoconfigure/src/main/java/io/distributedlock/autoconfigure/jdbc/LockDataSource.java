package io.distributedlock.autoconfigure.jdbc;

import javax.sql.DataSource;

import io.distributedlock.autoconfigure.BeanChoice;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;

/**
 * Finds the application's data source whose database holds the locks.
 */
final class LockDataSource {

	private static final BeanChoice<DataSource> CHOICE = new BeanChoice<>(DataSource.class,
			"distributed-lock.jdbc.data-source-bean-name");

	private LockDataSource() {
	}

	static DataSource find(ListableBeanFactory beanFactory, @Nullable String beanName) {
		return CHOICE.find(beanFactory, beanName);
	}

}
