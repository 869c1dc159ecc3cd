package io.distributedlock.transaction;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;
import org.springframework.util.ConcurrentReferenceHashMap;

/**
 * The isolation level of the calling thread's transaction.
 */
final class CurrentIsolation {

	private static final Logger logger = LoggerFactory.getLogger(CurrentIsolation.class);

	private static final boolean JDBC = ClassUtils.isPresent("org.springframework.jdbc.datasource.ConnectionHolder",
			CurrentIsolation.class.getClassLoader());

	private CurrentIsolation() {
	}

	/**
	 * Returns the level.
	 * @return the constant of {@link java.sql.Connection}, empty if there is none or it
	 * is not known
	 */
	static Optional<Integer> level() {
		Integer asked = TransactionSynchronizationManager.getCurrentTransactionIsolationLevel();
		if (asked != null) {
			return Optional.of(asked);
		}
		return JDBC ? DefaultLevels.ofCurrentConnection() : Optional.empty();
	}

	/** Apart, as spring-jdbc may not be on the class path. */
	private static final class DefaultLevels {

		/** Some drivers ask the server each time. */
		private static final Map<DataSource, Integer> KNOWN = new ConcurrentReferenceHashMap<>();

		private static Optional<Integer> ofCurrentConnection() {
			for (Map.Entry<Object, Object> resource : TransactionSynchronizationManager.getResourceMap().entrySet()) {
				if (resource.getKey() instanceof DataSource dataSource
						&& resource.getValue() instanceof ConnectionHolder holder) {
					Optional<Integer> level = of(dataSource, holder);
					if (level.isPresent()) {
						return level;
					}
				}
			}
			return Optional.empty();
		}

		private static Optional<Integer> of(DataSource dataSource, ConnectionHolder holder) {
			try {
				// others than that of the transaction may be bound to the thread
				if (holder.getConnection().getAutoCommit()) {
					return Optional.empty();
				}
				Integer known = KNOWN.get(dataSource);
				if (known != null) {
					return Optional.of(known);
				}
				int level = holder.getConnection().getTransactionIsolation();
				KNOWN.put(dataSource, level);
				return Optional.of(level);
			}
			catch (SQLException ex) {
				logger.debug("The connection does not tell its isolation level", ex);
				return Optional.empty();
			}
		}

	}

}
