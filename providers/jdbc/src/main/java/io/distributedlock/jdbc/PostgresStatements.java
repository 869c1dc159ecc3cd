package io.distributedlock.jdbc;

/**
 * The statements for PostgreSQL with the table's name in them.
 * <p>
 * The parts of a statement see the table as it was when the statement began. A part that
 * changes a row finds and locks it in a subselect, which looks at the newest version of
 * the row and leaves it out if it is locked or does not qualify any more.
 * clock_timestamp() is the time of day, whatever transaction surrounds the statement.
 */
final class PostgresStatements {

	private static final String NOW = "(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint";

	/** With a value in place of a key, so that the column's type and collation decide. */
	private static final String CHECK = """
			SELECT l.lock_key, l.owner, l.node, l.fencing_token, l.acquired_at, l.expires_at,
				pg_typeof(l.lock_key) AS type,
				COALESCE(l.lock_key, 'a') = 'A' OR COALESCE(l.lock_key, 'a') = 'a ' AS blurred
			FROM (VALUES (1)) one (n) LEFT JOIN {table} l ON l.lock_key = ''
			""";

	/** Takes a lock that is free: whose row has expired, or that has no row yet. */
	static final String TAKE = """
			updated AS (
				UPDATE {table} l
				SET owner = i.owner, node = i.node, fencing_token = GREATEST(l.fencing_token + 1, i.now),
					acquired_at = i.now, expires_at = i.now + i.ttl
				FROM input i
				WHERE l.lock_key = (SELECT f.lock_key FROM {table} f
					WHERE f.lock_key = (SELECT key FROM input) AND f.expires_at <= (SELECT now FROM input)
						AND f.owner NOT IN ((SELECT released FROM input), (SELECT forced FROM input)){unless}
					FOR UPDATE SKIP LOCKED)
				RETURNING l.owner, l.node, l.fencing_token, l.acquired_at, l.expires_at),
			inserted AS (
				INSERT INTO {table} (lock_key, owner, node, fencing_token, acquired_at, expires_at)
				SELECT i.key, i.owner, i.node, i.now, i.now, i.now + i.ttl FROM input i
				WHERE NOT EXISTS (SELECT FROM {table} f WHERE f.lock_key = i.key)
				ON CONFLICT DO NOTHING
				RETURNING owner, node, fencing_token, acquired_at, expires_at)
			""";

	private static final String ACQUIRE = """
			WITH input AS MATERIALIZED (
				SELECT ?::text AS key, ?::text AS owner, ?::text AS node, ?::bigint AS ttl,
					?::text AS released, ?::text AS forced, {now} AS now),
			{take}
			SELECT TRUE, g.*, i.now FROM updated g, input i
			UNION ALL SELECT TRUE, g.*, i.now FROM inserted g, input i
			UNION ALL SELECT FALSE, l.owner, l.node, l.fencing_token, l.acquired_at, l.expires_at, i.now
			FROM input i JOIN {table} l ON l.lock_key = i.key
			""".replace("{take}", TAKE.replace("{unless}", ""));

	private static final String RENEW = """
			WITH input AS MATERIALIZED (
				SELECT u.key, u.owner, u.ttl, {now} AS now
				FROM unnest(?::text[], ?::text[], ?::bigint[]) u (key, owner, ttl)),
			mine AS (
				SELECT l.lock_key FROM {table} l JOIN input i ON l.lock_key = i.key
				WHERE l.owner = i.owner AND l.expires_at > i.now
				ORDER BY l.lock_key FOR UPDATE OF l SKIP LOCKED),
			renewed AS (
				UPDATE {table} l SET expires_at = GREATEST(l.expires_at, i.now + i.ttl)
				FROM input i, mine m WHERE l.lock_key = m.lock_key AND l.lock_key = i.key AND l.owner = i.owner
				RETURNING l.owner)
			SELECT TRUE, owner FROM renewed
			UNION ALL SELECT FALSE, l.owner FROM input i JOIN {table} l ON l.lock_key = i.key
			WHERE l.owner = i.owner AND l.expires_at > i.now
			""";

	private static final String RELEASE = """
			WITH input AS MATERIALIZED (
				SELECT ?::text AS key, ?::text AS owner, ?::text AS tombstone, ?::bigint AS min_hold, {now} AS now),
			ended AS (
				UPDATE {table} l
				SET owner = i.tombstone,
					expires_at = CASE WHEN i.min_hold > 0 THEN l.acquired_at + i.min_hold ELSE 0 END
				FROM input i
				WHERE l.lock_key = (SELECT f.lock_key FROM {table} f
					WHERE f.lock_key = (SELECT key FROM input) AND f.owner = (SELECT owner FROM input)
						AND f.expires_at > (SELECT now FROM input)
					FOR UPDATE SKIP LOCKED)
				RETURNING l.owner, l.expires_at){wake}
			SELECT TRUE, owner, TRUE FROM ended
			UNION ALL SELECT FALSE, l.owner, l.expires_at > i.now
			FROM input i JOIN {table} l ON l.lock_key = i.key
			""";

	private static final String FORCE_RELEASE = """
			WITH input AS MATERIALIZED (
				SELECT ?::text AS key, ?::text AS forced, ?::text AS released, {now} AS now),
			ended AS (
				UPDATE {table} l
				SET owner = CASE WHEN starts_with(l.owner, i.released) THEN l.owner ELSE i.forced || l.owner END,
					expires_at = 0
				FROM input i
				WHERE l.lock_key = (SELECT f.lock_key FROM {table} f
					WHERE f.lock_key = (SELECT key FROM input) AND f.expires_at > (SELECT now FROM input)
					FOR UPDATE SKIP LOCKED)
				RETURNING l.owner, l.expires_at){wake}
			SELECT TRUE, owner, TRUE FROM ended
			UNION ALL SELECT FALSE, l.owner, l.expires_at > i.now
			FROM input i JOIN {table} l ON l.lock_key = i.key
			""";

	private static final String FIND = """
			SELECT l.lock_key, l.node, l.fencing_token, l.acquired_at, l.expires_at - c.now
			FROM (SELECT {now} AS now) c, {table} l WHERE l.lock_key = ?::text AND l.expires_at > c.now
			""";

	private static final String HELD = """
			SELECT l.lock_key, l.node, l.fencing_token, l.acquired_at, l.expires_at - c.now
			FROM (SELECT {now} AS now) c, {table} l
			WHERE starts_with(l.lock_key, ?::text) AND l.expires_at > c.now
			LIMIT ?::int
			""";

	private static final String PURGE_END = """
			SELECT MAX(lock_key) FROM (
				SELECT lock_key FROM {table} WHERE lock_key > ?::text ORDER BY lock_key LIMIT ?::int) batch
			""";

	private static final String PURGE = """
			WITH input AS MATERIALIZED (SELECT ?::text AS after, ?::text AS last, {now} - ?::bigint AS before)
			DELETE FROM {table} l USING input i
			WHERE l.lock_key IN (SELECT f.lock_key FROM {table} f
					WHERE f.lock_key > (SELECT after FROM input) AND f.lock_key <= (SELECT last FROM input)
						AND f.expires_at < (SELECT before FROM input) AND f.fencing_token < (SELECT before FROM input)
					FOR UPDATE SKIP LOCKED)
				AND l.expires_at < i.before AND l.fencing_token < i.before
			""";

	private PostgresStatements() {
	}

	/**
	 * Returns the statements without a queue of waiting nodes.
	 */
	static OneStatementDialect.Statements of(String table) {
		return of(table, "");
	}

	/**
	 * Returns the statements whose releases wake the next waiting node.
	 */
	static OneStatementDialect.Statements waking(String table) {
		return of(table, PostgresQueueStatements.WAKE_AFTER_RELEASE);
	}

	private static OneStatementDialect.Statements of(String table, String wake) {
		return new OneStatementDialect.Statements(fill(ACQUIRE, table), fill(RENEW, table),
				fill(RELEASE.replace("{wake}", wake), table), fill(FORCE_RELEASE.replace("{wake}", wake), table),
				fill(FIND, table), fill(HELD, table), fill(PURGE_END, table), fill(PURGE, table));
	}

	static String check(String table) {
		return fill(CHECK, table);
	}

	static String fill(String statement, String table) {
		return statement.replace("{table}", table).replace("{waiters}", LockTable.waiters(table)).replace("{now}", NOW);
	}

}
