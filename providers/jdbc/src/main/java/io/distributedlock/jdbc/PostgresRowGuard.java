package io.distributedlock.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.distributedlock.jdbc.CommitGuard.Grant;
import io.distributedlock.jdbc.GuardResult.NotGuardable;

/**
 * Guards on PostgreSQL, with one statement that also finds out the isolation and bounds
 * how long the transaction may be idle from then on. At REPEATABLE READ and above it does
 * no more than that: a row renewed since the transaction's snapshot cannot be locked
 * (40001), except FOR KEY SHARE, which looks at the old version.
 */
final class PostgresRowGuard implements RowGuard {

	/**
	 * A row that is being changed is waited for and then looked at as it is. The setting
	 * ends with the transaction; one that is shorter stays. Returns the owners of the
	 * grants in force, or null if it did not look.
	 */
	private static final String LOCK = """
			WITH asked AS MATERIALIZED (
				SELECT current_setting('transaction_isolation') IN ('repeatable read', 'serializable') AS has_snapshot,
					current_setting('idle_in_transaction_session_timeout')::interval
						BETWEEN '1 ms' AND '{idle} ms'::interval AS has_bound),
			bounded AS MATERIALIZED (
				SELECT set_config('idle_in_transaction_session_timeout', '{idle}', TRUE)
				FROM asked WHERE NOT has_bound),
			input AS MATERIALIZED (
				SELECT u.key, u.owner, {now} AS now FROM asked, unnest(?::text[], ?::text[]) u (key, owner)
				WHERE NOT has_snapshot AND (SELECT COUNT(*) FROM bounded) >= 0),
			locked AS MATERIALIZED (
				SELECT l.owner FROM {table} l JOIN input i ON l.lock_key = i.key
				WHERE l.owner = i.owner AND l.expires_at > i.now
				ORDER BY l.lock_key FOR SHARE OF l)
			SELECT owner FROM locked
			UNION ALL SELECT NULL FROM asked WHERE has_snapshot AND (SELECT COUNT(*) FROM bounded) >= 0
			""";

	private final String statement;

	PostgresRowGuard(String table, Duration idle) {
		long millis = Math.max(1, Math.min(idle.toMillis(), Integer.MAX_VALUE));
		this.statement = PostgresStatements.fill(LOCK, table).replace("{idle}", Long.toString(millis));
	}

	@Override
	public GuardResult lock(Sql sql, List<Grant> grants) throws SQLException {
		List<Optional<String>> owners = sql.query(this.statement, (row) -> Optional.ofNullable(row.getString(1)),
				grants.stream().map(Grant::key).toArray(String[]::new),
				grants.stream().map(Grant::owner).toArray(String[]::new));
		if (owners.contains(Optional.<String>empty())) {
			return new NotGuardable();
		}
		return RowGuard.result(grants, owners.stream().flatMap(Optional::stream).toList());
	}

}
