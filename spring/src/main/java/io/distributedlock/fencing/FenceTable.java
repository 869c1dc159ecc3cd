package io.distributedlock.fencing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.distributedlock.LockDurations;

/**
 * The table that keeps the highest fencing token each resource has seen. On H2, MariaDB,
 * MySQL and PostgreSQL. Connects when it is used first. Thread-safe.
 * <p>
 * Tokens are about the epoch microseconds of when they were issued. So what the table
 * does not know needs no row: for a resource without one, the highest token is taken to
 * be as old as the retention, by the database's clock. Rows are deleted when they were
 * not used for twice as long, so that neither a check that began before, nor a clock set
 * back by less than the retention, lets a token pass that the row would have refused.
 */
public final class FenceTable {

	/** The table's name unless another is given. */
	public static final String DEFAULT_NAME = "distributed_lock_fence";

	/** The retention unless another is given: 7 days. */
	public static final Duration DEFAULT_RETENTION = Duration.ofDays(7);

	private static final Logger logger = LoggerFactory.getLogger(FenceTable.class);

	private static final Pattern NAME = Pattern.compile("([A-Za-z_][A-Za-z0-9_]{0,62}\\.)?[A-Za-z_][A-Za-z0-9_]{0,62}");

	/** H2 and PostgreSQL have states of their own. */
	private static final Set<String> MISSING_TABLE = Set.of("42S02", "42S03", "42S04", "90079", "42P01");

	/** What MariaDB says with innodb_snapshot_isolation, its default from 11.6.2 on. */
	private static final int CHANGED_SINCE_SNAPSHOT = 1020;

	/** How often another transaction may insert or delete the row at the same time. */
	private static final int ATTEMPTS = 5;

	private final String name;

	private final Duration retention;

	private final JdbcTemplate jdbc;

	private final TransactionTemplate ownTransaction;

	private final AtomicBoolean warned = new AtomicBoolean();

	private volatile @Nullable FenceStatements statements;

	/**
	 * Describes a table.
	 * @param dataSource the data source of what is written under the guard; best that of
	 * the transaction manager
	 * @param name an unquoted identifier of at most 63 characters, optionally with a
	 * schema: {@code locks.distributed_lock_fence}
	 * @param retention how old a token may be for a resource without a row; should be far
	 * above the longest time that a lease is held. From 1 ms to 365 days
	 * @throws IllegalArgumentException if the name is no plain identifier, or the
	 * retention is out of range
	 */
	public FenceTable(DataSource dataSource, String name, Duration retention) {
		if (!NAME.matcher(name).matches()) {
			throw new IllegalArgumentException(
					("Fence table name '%s' is not allowed: use letters, digits and underscores, at most 63, "
							+ "optionally after a schema and a dot, such as locks.distributed_lock_fence")
						.formatted(name));
		}
		this.name = name;
		this.retention = LockDurations.positive("retention", retention);
		this.jdbc = new JdbcTemplate(dataSource);
		this.ownTransaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		this.ownTransaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
	}

	DataSource dataSource() {
		return Objects.requireNonNull(this.jdbc.getDataSource());
	}

	Duration retention() {
		return this.retention;
	}

	/**
	 * Raises the highest token of a resource, unless it is greater already, and locks it
	 * for the rest of the caller's transaction.
	 * @param resource the resource
	 * @param token the token
	 * @return the highest token now
	 */
	long raise(String resource, long token) {
		for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
			try {
				OptionalLong highest = tryToRaise(resource, token);
				if (highest.isPresent()) {
					return highest.getAsLong();
				}
			}
			catch (DuplicateKeyException ex) {
				logger.debug("The row of resource '{}' was inserted by another transaction; trying again", resource,
						ex);
			}
		}
		try {
			return tryToRaise(resource, token).orElseThrow(() -> overtaken(resource, null));
		}
		catch (DuplicateKeyException ex) {
			throw overtaken(resource, ex);
		}
	}

	private OptionalLong tryToRaise(String resource, long token) {
		try {
			OptionalLong highest = this.jdbc.execute((Connection connection) -> {
				warnOutsideTransactions(connection);
				return statements(connection).prepareRaise(connection);
			}, (PreparedStatement raise) -> statements(raise.getConnection()).raise(raise, resource, token,
					micros(this.retention)));
			return Objects.requireNonNull(highest);
		}
		catch (BadSqlGrammarException ex) {
			throw isMissingTable(ex.getSQLException()) ? missing(ex) : ex;
		}
		catch (UncategorizedSQLException ex) {
			SQLException failure = ex.getSQLException();
			throw (failure != null && failure.getErrorCode() == CHANGED_SINCE_SNAPSHOT) ? overtaken(resource, ex) : ex;
		}
	}

	private static CannotAcquireLockException overtaken(String resource, @Nullable Throwable cause) {
		return new CannotAcquireLockException(
				"The row of resource '%s' was written by another transaction at the same time: repeat the transaction"
					.formatted(resource),
				cause);
	}

	private void warnOutsideTransactions(Connection connection) throws SQLException {
		boolean inTransaction = TransactionSynchronizationManager.isActualTransactionActive()
				&& !connection.getAutoCommit();
		if (!inTransaction && this.warned.compareAndSet(false, true)) {
			logger.warn("A fencing token was checked outside a transaction of the fence table's DataSource: "
					+ "whatever is written afterwards is not protected. "
					+ "Check and write in one method that is @Transactional");
		}
	}

	private FenceStatements statements(Connection connection) throws SQLException {
		FenceStatements known = this.statements;
		if (known == null) {
			known = FenceStatements.of(connection.getMetaData(), this.name);
			this.statements = known;
		}
		return known;
	}

	/**
	 * Deletes the rows that are not needed any more among some, in a transaction of its
	 * own. Rows that are locked are left out.
	 * @param after the resource to start after, empty to begin
	 * @return the last resource looked at, empty at the end of the table
	 */
	Optional<String> purge(String after) {
		long unusedFor = micros(this.retention.multipliedBy(2));
		return Objects.requireNonNull(this.ownTransaction.execute((status) -> {
			FenceStatements sql = Objects.requireNonNull(this.jdbc.execute(this::statements));
			String last = this.jdbc.queryForObject(sql.purgeEnd(), String.class, after);
			if (last != null) {
				this.jdbc.update(sql.purge(), after, last, unusedFor, unusedFor);
			}
			return Optional.ofNullable(last);
		}));
	}

	private static long micros(Duration duration) {
		return TimeUnit.MICROSECONDS.convert(duration);
	}

	private static boolean isMissingTable(@Nullable SQLException failure) {
		return failure != null && MISSING_TABLE.contains(String.valueOf(failure.getSQLState()));
	}

	private InvalidDataAccessResourceUsageException missing(BadSqlGrammarException failure) {
		FenceStatements known = this.statements;
		return new InvalidDataAccessResourceUsageException(
				("There is no fence table %s: create it with the script classpath:%s%s, "
						+ "or set distributed-lock.fencing.initialize-schema=always to have it created at startup")
					.formatted(this.name, (known != null) ? known.scriptLocation() : FenceStatements.SCRIPTS,
							this.name.equalsIgnoreCase(DEFAULT_NAME) ? ""
									: " (with the name changed to " + this.name + ")"),
				failure);
	}

	@Override
	public String toString() {
		return this.name;
	}

}
