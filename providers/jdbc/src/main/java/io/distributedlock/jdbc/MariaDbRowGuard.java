package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import io.distributedlock.jdbc.CommitGuard.Grant;
import io.distributedlock.jdbc.GuardResult.Held;
import io.distributedlock.jdbc.GuardResult.NotGuardable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guards on MariaDB as on MySQL, and bounds meanwhile how long a transaction of the
 * session may be idle. Where REPEATABLE READ means a snapshot (innodb_snapshot_isolation,
 * on by default since 11.6.2) it leaves everything alone: a row renewed since then cannot
 * be locked (1020).
 */
final class MariaDbRowGuard implements RowGuard {

	private static final Logger logger = LoggerFactory.getLogger(MariaDbRowGuard.class);

	private static final long LONGEST_IDLE_SECONDS = Duration.ofDays(365).toSeconds();

	private final RowGuard rows;

	private final String ask;

	private final long idleSeconds;

	private final Duration timeout;

	/**
	 * Creates an instance.
	 * @param rows locks the rows
	 * @param knowsSnapshots whether the server has the setting
	 * @param config the store timeout
	 */
	MariaDbRowGuard(RowGuard rows, boolean knowsSnapshots, JdbcLockStoreConfig config) {
		this.rows = rows;
		this.ask = "SELECT " + IdleTimeouts.COLUMNS + ", " + (knowsSnapshots ? "@@innodb_snapshot_isolation" : "0");
		this.idleSeconds = Math.min(config.storeTimeout().plusNanos(999_999_999).toSeconds(), LONGEST_IDLE_SECONDS);
		this.timeout = config.stepTimeout();
	}

	static boolean knowsSnapshots(Sql sql) throws SQLException {
		return !sql.query("SHOW VARIABLES LIKE 'innodb_snapshot_isolation'", (row) -> row.getString(1)).isEmpty();
	}

	@Override
	public GuardResult lock(Sql sql, List<Grant> grants) throws SQLException {
		Session session = sql.query(this.ask, Session::of).get(0);
		if (session.hasSnapshots() && sql.isolation() == Connection.TRANSACTION_REPEATABLE_READ) {
			return new NotGuardable();
		}
		IdleTimeouts bounded = session.idle().atMost(this.idleSeconds);
		return bounded.equals(session.idle()) ? this.rows.lock(sql, grants)
				: lock(sql, grants, bounded, session.idle());
	}

	/** What is not held is about to be rolled back. */
	private GuardResult lock(Sql sql, List<Grant> grants, IdleTimeouts bounded, IdleTimeouts before)
			throws SQLException {
		GuardResult result;
		try {
			bounded.set(sql);
			result = this.rows.lock(sql, grants);
		}
		catch (SQLException | RuntimeException ex) {
			restore(sql, before);
			throw ex;
		}
		if (result instanceof Held) {
			return new Held(() -> restore(sql, before));
		}
		restore(sql, before);
		return result;
	}

	/**
	 * Or else breaks the connection off, as a pool must not hand it on like this.
	 */
	private void restore(Sql sql, IdleTimeouts before) {
		try {
			before.set(sql.within(this.timeout));
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("Could not give a connection its idle timeouts back", ex);
			sql.abort();
		}
	}

	/**
	 * How the session is set.
	 */
	private record Session(IdleTimeouts idle, boolean hasSnapshots) {

		static Session of(ResultSet row) throws SQLException {
			return new Session(IdleTimeouts.of(row), row.getBoolean(4));
		}

	}

}
