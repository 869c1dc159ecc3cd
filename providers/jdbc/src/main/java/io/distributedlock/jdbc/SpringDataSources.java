package io.distributedlock.jdbc;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/**
 * Looks through Spring's transaction-aware proxies: their connections belong to the
 * caller's transaction, which a step must neither join nor commit. Works without Spring.
 */
final class SpringDataSources {

	private static final boolean SPRING_PRESENT = isPresent(
			"org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy");

	private SpringDataSources() {
	}

	static DataSource withoutTransactions(DataSource dataSource) {
		return SPRING_PRESENT ? Proxies.withoutTransactions(dataSource) : dataSource;
	}

	private static boolean isPresent(String className) {
		try {
			Class.forName(className, false, SpringDataSources.class.getClassLoader());
			return true;
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return false;
		}
	}

	/**
	 * Loaded only if Spring is there.
	 */
	private static final class Proxies {

		static DataSource withoutTransactions(DataSource dataSource) {
			DataSource target = dataSource;
			for (DataSource next = dataSource; next instanceof DelegatingDataSource proxy
					&& proxy.getTargetDataSource() != null;) {
				next = proxy.getTargetDataSource();
				if (proxy instanceof TransactionAwareDataSourceProxy) {
					target = next;
				}
			}
			return target;
		}

	}

}
