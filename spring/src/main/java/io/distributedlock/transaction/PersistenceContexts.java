package io.distributedlock.transaction;

import java.util.Map;

import jakarta.persistence.EntityManager;
import jakarta.persistence.FlushModeType;

import org.springframework.dao.support.DataAccessUtils;
import org.springframework.orm.jpa.EntityManagerFactoryInfo;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.orm.jpa.JpaDialect;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/**
 * The JPA persistence contexts of the calling thread's transaction.
 */
final class PersistenceContexts {

	private static final boolean JPA = ClassUtils.isPresent("org.springframework.orm.jpa.EntityManagerHolder",
			PersistenceContexts.class.getClassLoader());

	private PersistenceContexts() {
	}

	/**
	 * Writes what the commit would write, so that little is left to do once the leases
	 * have been checked. Leaves alone those that the application flushes itself.
	 */
	static void flush() {
		if (JPA) {
			EntityManagers.flush();
		}
	}

	/** Apart, as JPA may not be on the class path. */
	private static final class EntityManagers {

		private static void flush() {
			for (Map.Entry<Object, Object> resource : TransactionSynchronizationManager.getResourceMap().entrySet()) {
				if (resource.getValue() instanceof EntityManagerHolder holder) {
					try {
						flush(holder.getEntityManager());
					}
					catch (RuntimeException ex) {
						throw translated(ex, resource.getKey());
					}
				}
			}
		}

		/** As the commit would. */
		private static RuntimeException translated(RuntimeException failure, Object factory) {
			JpaDialect dialect = (factory instanceof EntityManagerFactoryInfo info) ? info.getJpaDialect() : null;
			return (dialect != null) ? DataAccessUtils.translateIfNecessary(failure, dialect) : failure;
		}

		private static void flush(EntityManager entityManager) {
			if (entityManager.isJoinedToTransaction() && entityManager.getFlushMode() == FlushModeType.AUTO) {
				entityManager.flush();
			}
		}

	}

}
