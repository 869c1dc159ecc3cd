package io.distributedlock.jdbc;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import io.distributedlock.jdbc.CommitGuard.Grant;
import io.distributedlock.jdbc.GuardResult.NotGuardable;

/**
 * Guards on H2 at READ COMMITTED. Above, locking a row that was renewed since the
 * transaction began rolls the whole transaction back (40001); below, it now and then does
 * not find a row that is there (90143).
 */
final class H2RowGuard implements RowGuard {

	private final String statement;

	/**
	 * Creates an instance.
	 * @param table the table of the locks
	 * @param wait how long to wait for a row
	 */
	H2RowGuard(String table, Duration wait) {
		this.statement = H2Statements.guard(table, BigDecimal.valueOf(wait.toMillis(), 3));
	}

	@Override
	public GuardResult lock(Sql sql, List<Grant> grants) throws SQLException {
		if (sql.isolation() != Connection.TRANSACTION_READ_COMMITTED) {
			return new NotGuardable();
		}
		return RowGuard.result(grants,
				sql.query(this.statement, (row) -> row.getString(1),
						grants.stream().map(Grant::key).toArray(String[]::new),
						grants.stream().map(Grant::owner).toArray(String[]::new)));
	}

}
