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
import io.distributedlock.store.Purging;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoreGuarantee;
import io.distributedlock.store.StoreProbe;
import io.distributedlock.store.StoredLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps locks in a table, one row per key. The row stays when its lock is released.
 * <p>
 * Each step has a connection of its own, taken from the data source for that step, on
 * which each statement is its own transaction: it never joins a transaction of the
 * caller, and stays when that is rolled back. Expiry and tokens follow the database's
 * clock alone. Acquire and renew do not wait for a row that another transaction has
 * locked, which counts as contention, except on Oracle. Release, also by force, waits for
 * it for a moment and then fails with a {@link LockStoreException}.
 * <p>
 * The kind of database is found out when the store is opened: PostgreSQL 12, MariaDB
 * 10.6, MySQL 8.0.19 and H2 2.3 or newer. For Oracle 19c and SQL Server 2017 or newer it
 * is written, but was never run there. On PostgreSQL the store is a
 * {@link io.distributedlock.store.WakeUpQueue}, unless the table of waiting nodes is
 * missing. A file of embedded H2 is closed when a thread that writes to it is
 * interrupted, by H2's design; a URL that starts with {@code jdbc:h2:async:} avoids that.
 * Thread-safe.
 */
public class JdbcLockStore
		implements LockStore, LockInspection, ForcedRelease, BatchRenewal, Purging, StoreProbe, StoreGuarantee {

	private static final Logger logger = LoggerFactory.getLogger(JdbcLockStore.class);

	private static final int RENEWALS_PER_STATEMENT = 200;

	private static final int ROWS_PER_PURGE = 1_000;

	private static final Duration SHORTEST_PURGE_INTERVAL = Duration.ofSeconds(1);

	private static final Duration LONGEST_PURGE_INTERVAL = Duration.ofHours(1);

	/** Keys have no control characters; Oracle takes an empty string for null. */
	private static final String BEFORE_ALL_KEYS = "\u0001";

	/** A database may take its time for the first connection. */
	private static final Duration STARTUP_PATIENCE = Duration.ofMinutes(1);

	private final Steps steps;

	private final Dialect dialect;

	private final JdbcLockStoreConfig config;

	private volatile String purgedUpTo = BEFORE_ALL_KEYS;

	JdbcLockStore(Steps steps, Dialect dialect, JdbcLockStoreConfig config) {
		this.steps = steps;
		this.dialect = dialect;
		this.config = config;
	}

	/**
	 * Creates the store of a database and checks the table.
	 * @param config data source, table and timeouts
	 * @return the store
	 * @throws MissingLockTableException if the table does not exist
	 * @throws UnsupportedDatabaseException if there are no statements for the database
	 * @throws LockStoreException if the database cannot be reached or the table is of
	 * another shape
	 */
	public static JdbcLockStore open(JdbcLockStoreConfig config) {
		Connections connections = new Connections(config.dataSource(), config.storeTimeout());
		Failures failures = new Failures(config.tableName(), config.storeTimeout());
		try {
			Dialect dialect = connections.run((sql) -> dialect(sql, config.tableName(), failures), STARTUP_PATIENCE);
			Duration stepTimeout = dialect.stepTimeout(config.stepTimeout());
			return dialect.newStore(new Steps(connections, failures, stepTimeout), config);
		}
		catch (LockStoreException ex) {
			throw ex;
		}
		catch (SQLException | RuntimeException ex) {
			throw failures.during("use " + DatabaseUrl.of(config.dataSource()), ex);
		}
	}

	private static Dialect dialect(Sql sql, String table, Failures failures) throws SQLException {
		Dialect dialect = Dialects.of(sql.database(), table);
		String url = DatabaseUrl.of(sql.database());
		try {
			dialect.check(sql).forEach((warning) -> logger.warn("Provider jdbc: {}", warning));
		}
		catch (SQLException ex) {
			if (dialect.isMissingTable(ex)) {
				throw new MissingLockTableException(table, dialect.scriptLocation(), url, ex);
			}
			throw failures.during("use " + url, ex);
		}
		logger.debug("Provider jdbc keeps locks in table {} of {}", table, url);
		return dialect;
	}

	@Override
	public AcquireResult tryAcquire(AcquireCommand command) {
		return this.steps.run("acquire lock '" + command.key() + "'", (sql) -> this.dialect.tryAcquire(sql, command));
	}

	@Override
	public RenewResult renew(RenewCommand command) {
		return renewAll(List.of(command)).get(0);
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Sends 200 grants at a time, in one or two round trips; on Oracle and SQL Server
	 * each by itself.
	 */
	@Override
	public List<RenewResult> renewAll(List<RenewCommand> commands) {
		List<RenewCommand> ordered = commands.stream().sorted(Comparator.comparing(RenewCommand::key)).toList();
		Map<String, RenewResult> results = new HashMap<>();
		for (int from = 0; from < ordered.size(); from += RENEWALS_PER_STATEMENT) {
			List<RenewCommand> some = ordered.subList(from, Math.min(ordered.size(), from + RENEWALS_PER_STATEMENT));
			String keys = some.get(0).key() + ((some.size() > 1) ? "' and %d more".formatted(some.size() - 1) : "'");
			results.putAll(this.steps.run("renew lock '" + keys, (sql) -> this.dialect.renew(sql, some)));
		}
		return commands.stream().map((command) -> resultOf(command, results)).toList();
	}

	private static RenewResult resultOf(RenewCommand command, Map<String, RenewResult> results) {
		return results.getOrDefault(command.owner(), RenewResult.REFUSED);
	}

	@Override
	public ReleaseResult release(ReleaseCommand command) {
		return this.steps.run("release lock '" + command.key() + "'", (sql) -> this.dialect.release(sql, command));
	}

	@Override
	public boolean forceRelease(String key) {
		return this.steps.run("release by force lock '" + key + "'", (sql) -> this.dialect.forceRelease(sql, key));
	}

	@Override
	public Optional<StoredLock> find(String key) {
		return this.steps.run("find lock '" + key + "'", (sql) -> this.dialect.find(sql, key));
	}

	@Override
	public List<StoredLock> held(String keyPrefix, int limit) {
		return this.steps.run("list locks '" + keyPrefix + "...'", (sql) -> this.dialect.held(sql, keyPrefix, limit));
	}

	/**
	 * {@inheritDoc}
	 * @return a tenth of the retention, between a second and an hour
	 */
	@Override
	public Duration purgeInterval() {
		Duration interval = this.config.retention().dividedBy(10);
		return (interval.compareTo(LONGEST_PURGE_INTERVAL) > 0) ? LONGEST_PURGE_INTERVAL
				: (interval.compareTo(SHORTEST_PURGE_INTERVAL) < 0) ? SHORTEST_PURGE_INTERVAL : interval;
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Looks at 1,000 rows, in the order of the keys.
	 */
	@Override
	public boolean purgeSome() {
		Optional<String> last = this.steps.run("purge unused locks",
				(sql) -> this.dialect.purge(sql, this.purgedUpTo, ROWS_PER_PURGE, Micros.of(this.config.retention())));
		this.purgedUpTo = last.orElse(BEFORE_ALL_KEYS);
		return last.isPresent();
	}

	/**
	 * Returns the guard for transactions of this database that are to be committed under
	 * locks of this store.
	 * @return the guard, which needs no connection of the store
	 */
	public CommitGuard commitGuard() {
		return new CommitGuard(this.dialect.rowGuard(this.config), this.dialect.stepTimeout(this.config.stepTimeout()));
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Reads no row of the table. A database that only reads is noticed on PostgreSQL.
	 */
	@Override
	public void probe() {
		this.steps.run("look at the table", (sql) -> {
			this.dialect.probe(sql, this.config.tableName());
			return true;
		});
	}

	@Override
	public String guarantee() {
		return "one lease of a lock at a time, while the database keeps what it committed and its clock does not step forward";
	}

	/**
	 * Returns where the locks are, for logs.
	 * @return the table
	 */
	@Override
	public String toString() {
		return "table " + this.config.tableName();
	}

}
