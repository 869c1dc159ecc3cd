package io.distributedlock.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.BatchRenewal;
import io.distributedlock.store.ForcedRelease;
import io.distributedlock.store.LockInspection;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoredLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps locks in a table, one row per key. The row stays when its lock is released.
 * <p>
 * Each step is one statement and its own transaction, on a connection taken from the data
 * source for that step: it never joins a transaction of the caller, and stays when that
 * is rolled back. Expiry and tokens follow the database's clock alone. Acquire and renew
 * do not wait for a row that another transaction has locked: it counts as contention.
 * Release, also by force, waits for it for a moment and then fails with a
 * {@link LockStoreException}.
 * <p>
 * Supported is H2 2.3 or newer; the kind is found out when the store is created. A file
 * of embedded H2 is closed when a thread that writes to it is interrupted, by H2's
 * design; a URL that starts with {@code jdbc:h2:async:} avoids that. Thread-safe.
 */
public final class JdbcLockStore implements LockStore, LockInspection, ForcedRelease, BatchRenewal {

	private static final Logger logger = LoggerFactory.getLogger(JdbcLockStore.class);

	private static final int RENEWALS_PER_STATEMENT = 200;

	/** A database may take its time for the first connection. */
	private static final Duration STARTUP_PATIENCE = Duration.ofMinutes(1);

	private final Connections connections;

	private final String table;

	private final Failures failures;

	private final Dialect dialect;

	/**
	 * Creates the store and checks database and table.
	 * @param config data source, table and timeout
	 * @throws MissingLockTableException if the table does not exist
	 * @throws UnsupportedDatabaseException if there are no statements for the database
	 * @throws LockStoreException if the database cannot be reached or the table is of
	 * another shape
	 */
	public JdbcLockStore(JdbcLockStoreConfig config) {
		this.connections = new Connections(config.dataSource(), config.storeTimeout());
		this.table = config.tableName();
		this.failures = new Failures(this.table, config.storeTimeout());
		this.dialect = start(config);
	}

	private Dialect start(JdbcLockStoreConfig config) {
		try {
			return this.connections.run(this::start, STARTUP_PATIENCE);
		}
		catch (LockStoreException ex) {
			throw ex;
		}
		catch (SQLException | RuntimeException ex) {
			throw this.failures.during("use " + DatabaseUrl.of(config.dataSource()), ex);
		}
	}

	private Dialect start(Sql sql) throws SQLException {
		Dialect dialect = Dialects.of(sql.database(), this.table);
		String url = DatabaseUrl.of(sql.database());
		try {
			dialect.check(sql).forEach((warning) -> logger.warn("Provider jdbc: {}", warning));
		}
		catch (SQLException ex) {
			if (dialect.isMissingTable(ex)) {
				throw new MissingLockTableException(this.table, dialect.scriptLocation(), url, ex);
			}
			throw this.failures.during("use " + url, ex);
		}
		logger.debug("Provider jdbc keeps locks in table {} of {}", this.table, url);
		return dialect;
	}

	@Override
	public AcquireResult tryAcquire(AcquireCommand command) {
		return step("acquire lock '" + command.key() + "'", (sql) -> this.dialect.tryAcquire(sql, command));
	}

	@Override
	public RenewResult renew(RenewCommand command) {
		return renewAll(List.of(command)).get(0);
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Takes one round trip for each 200 grants.
	 */
	@Override
	public List<RenewResult> renewAll(List<RenewCommand> commands) {
		List<RenewCommand> ordered = commands.stream().sorted(Comparator.comparing(RenewCommand::key)).toList();
		Map<String, RenewResult> results = new HashMap<>();
		for (int from = 0; from < ordered.size(); from += RENEWALS_PER_STATEMENT) {
			List<RenewCommand> some = ordered.subList(from, Math.min(ordered.size(), from + RENEWALS_PER_STATEMENT));
			String keys = some.get(0).key() + ((some.size() > 1) ? "' and %d more".formatted(some.size() - 1) : "'");
			results.putAll(step("renew lock '" + keys, (sql) -> this.dialect.renew(sql, some)));
		}
		return commands.stream().map((command) -> resultOf(command, results)).toList();
	}

	private static RenewResult resultOf(RenewCommand command, Map<String, RenewResult> results) {
		return results.getOrDefault(command.owner(), RenewResult.REFUSED);
	}

	@Override
	public ReleaseResult release(ReleaseCommand command) {
		return step("release lock '" + command.key() + "'", (sql) -> this.dialect.release(sql, command));
	}

	@Override
	public boolean forceRelease(String key) {
		return step("release by force lock '" + key + "'", (sql) -> this.dialect.forceRelease(sql, key));
	}

	@Override
	public Optional<StoredLock> find(String key) {
		return step("find lock '" + key + "'", (sql) -> this.dialect.find(sql, key));
	}

	@Override
	public List<StoredLock> held(String keyPrefix, int limit) {
		return step("list locks '" + keyPrefix + "...'", (sql) -> this.dialect.held(sql, keyPrefix, limit));
	}

	/**
	 * Returns where the locks are, for logs.
	 * @return the table
	 */
	@Override
	public String toString() {
		return "table " + this.table;
	}

	private <T> T step(String name, Connections.Work<T> work) {
		try {
			return this.connections.run(work);
		}
		catch (SQLException | RuntimeException ex) {
			throw this.failures.during(name, ex);
		}
	}

}
