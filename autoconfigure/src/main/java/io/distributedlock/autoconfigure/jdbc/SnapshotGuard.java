package io.distributedlock.autoconfigure.jdbc;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.distributedlock.StaleFencingTokenException;
import io.distributedlock.engine.GrantedLease;
import io.distributedlock.fencing.JdbcFencingGuard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.BeansException;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.function.SingletonSupplier;

/**
 * Guards transactions that read from a snapshot, where the rows of locks cannot be
 * locked, with the fence table. A lock's key is its resource there: who comes first keeps
 * it until the commit, and who began before that commit is refused as a serialization
 * failure.
 */
final class SnapshotGuard {

	private static final Logger logger = LoggerFactory.getLogger(SnapshotGuard.class);

	private final Supplier<Optional<JdbcFencingGuard>> fence;

	private final AtomicBoolean warned = new AtomicBoolean();

	/**
	 * Creates the guard.
	 * @param fence checks tokens, if the application has it
	 * @param locks the application's data source for the database of the locks
	 * @param lockConnections the locks' own connections to it: a missing table would
	 * break the transaction that asks for it
	 */
	SnapshotGuard(Supplier<Optional<JdbcFencingGuard>> fence, Supplier<DataSource> locks,
			Supplier<DataSource> lockConnections) {
		this.fence = SingletonSupplier.of(() -> configured(fence).filter((guard) -> DataSourceUnwrapper
			.unwrapRoot(guard.dataSource()) == DataSourceUnwrapper.unwrapRoot(locks.get()))
			.filter((guard) -> exists(guard.tableName(), lockConnections.get())));
	}

	private static Optional<JdbcFencingGuard> configured(Supplier<Optional<JdbcFencingGuard>> fence) {
		try {
			return fence.get();
		}
		catch (BeansException ex) {
			logger.debug("The fence table is not configured", ex);
			return Optional.empty();
		}
	}

	private static boolean exists(String table, DataSource dataSource) {
		try {
			new JdbcTemplate(dataSource).execute("select 1 from " + table + " where 1 = 0");
			return true;
		}
		catch (BadSqlGrammarException ex) {
			logger.debug("There is no table {}", table, ex);
			return false;
		}
	}

	/**
	 * Keeps leases in force until the caller's transaction ends.
	 * @return whether it can
	 * @throws StaleFencingTokenException if the fence table has seen a later token of one
	 */
	boolean guard(List<GrantedLease> leases) {
		Optional<JdbcFencingGuard> guard = this.fence.get();
		if (guard.isEmpty()) {
			warnOnce();
			return false;
		}
		leases.stream()
			.sorted(Comparator.comparing(GrantedLease::storeKey))
			.forEach((lease) -> guard.get().check(lease.storeKey(), lease.fencingToken()));
		return true;
	}

	private void warnOnce() {
		if (this.warned.compareAndSet(false, true)) {
			logger.warn("The row of a lock cannot be locked in a transaction under it, as it reads from a snapshot "
					+ "(REPEATABLE READ or above), and there is no fence table in the database of the locks: before the "
					+ "commit the lease is checked by the local clock alone. "
					+ "Set distributed-lock.fencing.initialize-schema=always, or run it at READ COMMITTED");
		}
	}

}
