package io.distributedlock.jdbc;

import java.math.BigDecimal;

/**
 * The statements for H2 with the table's name in them.
 * <p>
 * Each step is one statement of two parts: a change that leaves out a row locked by
 * somebody else, and a plain read that tells why nothing was changed. The read sees the
 * row as it was before the statement. CURRENT_TIMESTAMP is the start of the statement and
 * has an offset, so that EXTRACT(EPOCH) is UTC in every session time zone. Around every
 * UNION is a SELECT *, because H2 keeps parsed SELECTs but no UNIONs, and parsing takes
 * longer than the rest.
 */
final class H2Statements {

	private static final String NOW = "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP(6)) * 1000000 AS BIGINT)";

	private static final String CHECK = """
			SELECT l.lock_key, l.owner, l.node, l.fencing_token, l.acquired_at, l.expires_at,
				'a' = 'A' OR 'a' = 'a ' AS blurred
			FROM (VALUES (1)) one (n) LEFT JOIN {table} l ON l.lock_key = ''
			""";

	// In upper case for DATABASE_TO_UPPER=FALSE.
	static final String DURABILITY = """
			SELECT DATABASE_PATH(), MAX(CAST(SETTING_VALUE AS INT))
			FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME = 'WRITE_DELAY'
			""";

	/** 1 key, 2 owner, 3 node, 4 ttl, 5 and 6 what the owner's tombstones look like. */
	private static final String ACQUIRE = """
			SELECT * FROM (
				SELECT TRUE AS granted, owner, node, fencing_token, acquired_at, expires_at, {now} AS checked_at
				FROM FINAL TABLE (
					UPDATE {table} SET owner = ?2, node = ?3, fencing_token = GREATEST(fencing_token + 1, {now}),
						acquired_at = {now}, expires_at = {now} + ?4
					WHERE lock_key = (SELECT lock_key FROM {table}
						WHERE lock_key = ?1 AND expires_at <= {now} AND owner NOT IN (?5, ?6) FOR UPDATE SKIP LOCKED))
				UNION ALL
				SELECT TRUE, owner, node, fencing_token, acquired_at, expires_at, {now}
				FROM FINAL TABLE (
					INSERT INTO {table} (lock_key, owner, node, fencing_token, acquired_at, expires_at)
					SELECT ?1, ?2, ?3, {now}, {now}, {now} + ?4
					WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE lock_key = ?1))
				UNION ALL
				SELECT FALSE, owner, node, fencing_token, acquired_at, expires_at, {now}
				FROM {table} WHERE lock_key = ?1)
			""";

	/** Arrays: 1 keys, 2 owners, 3 ttls. */
	private static final String RENEW = """
			SELECT * FROM (
				SELECT TRUE AS renewed, owner FROM FINAL TABLE (
					MERGE INTO {table} t USING (
						SELECT l.lock_key, c.ttl
						FROM UNNEST(CAST(?1 AS VARCHAR ARRAY), CAST(?2 AS VARCHAR ARRAY), CAST(?3 AS BIGINT ARRAY))
							c (lock_key, owner, ttl)
						JOIN {table} l ON l.lock_key = c.lock_key
						WHERE l.owner = c.owner AND l.expires_at > {now} FOR UPDATE SKIP LOCKED) mine
					ON (t.lock_key = mine.lock_key)
					WHEN MATCHED THEN UPDATE SET expires_at = GREATEST(t.expires_at, {now} + mine.ttl))
				UNION ALL
				SELECT FALSE, l.owner
				FROM UNNEST(CAST(?1 AS VARCHAR ARRAY), CAST(?2 AS VARCHAR ARRAY)) c (lock_key, owner)
				JOIN {table} l ON l.lock_key = c.lock_key
				WHERE l.owner = c.owner AND l.expires_at > {now})
			""";

	/** 1 key, 2 owner, 3 the owner's tombstone, 4 minHold. */
	private static final String RELEASE = """
			SELECT * FROM (
				SELECT TRUE AS ended, owner, TRUE AS in_force FROM FINAL TABLE (
					UPDATE {table} SET owner = ?3, expires_at = CASE WHEN ?4 > 0 THEN acquired_at + ?4 ELSE 0 END
					WHERE lock_key = (SELECT lock_key FROM {table}
						WHERE lock_key = ?1 AND owner = ?2 AND expires_at > {now} FOR UPDATE WAIT 0.2))
				UNION ALL
				SELECT FALSE, owner, expires_at > {now} FROM {table} WHERE lock_key = ?1)
			""";

	/**
	 * 1 key, 2 the start of the tombstone of a forced release, 3 of any other release.
	 */
	private static final String FORCE_RELEASE = """
			SELECT * FROM (
				SELECT TRUE AS ended, owner, TRUE AS in_force FROM FINAL TABLE (
					UPDATE {table} SET owner = CASE WHEN POSITION(?3, owner) = 1 THEN owner ELSE CONCAT(?2, owner) END,
						expires_at = 0
					WHERE lock_key = (SELECT lock_key FROM {table}
						WHERE lock_key = ?1 AND expires_at > {now} FOR UPDATE WAIT 0.2))
				UNION ALL
				SELECT FALSE, owner, expires_at > {now} FROM {table} WHERE lock_key = ?1)
			""";

	/** Arrays: 1 keys, 2 owners. */
	private static final String GUARD = """
			SELECT l.owner
			FROM UNNEST(CAST(?1 AS VARCHAR ARRAY), CAST(?2 AS VARCHAR ARRAY)) c (lock_key, owner)
			JOIN {table} l ON l.lock_key = c.lock_key
			WHERE l.owner = c.owner AND l.expires_at > {now} FOR UPDATE WAIT {wait}
			""";

	private static final String FIND = """
			SELECT lock_key, node, fencing_token, acquired_at, expires_at - {now} AS remaining
			FROM {table} WHERE lock_key = ?1 AND expires_at > {now}
			""";

	/** 1 the prefix, null in MODE=Oracle if empty, 2 the limit. */
	private static final String HELD = """
			SELECT lock_key, node, fencing_token, acquired_at, expires_at - {now} AS remaining
			FROM {table} WHERE expires_at > {now} AND COALESCE(LEFT(lock_key, CHAR_LENGTH(?1)) = ?1, TRUE)
			FETCH FIRST ?2 ROWS ONLY
			""";

	/** 1 the key to start after, 2 how many rows. */
	private static final String PURGE_END = """
			SELECT MAX(lock_key) FROM (
				SELECT lock_key FROM {table} WHERE lock_key > ?1 ORDER BY lock_key FETCH FIRST ?2 ROWS ONLY)
			""";

	/**
	 * 1 the key to start after, 2 the last key, 3 retention. A DELETE with the subquery
	 * in its WHERE would run that once for each row.
	 */
	private static final String PURGE = """
			MERGE INTO {table} t USING (
				SELECT lock_key FROM {table}
				WHERE lock_key > ?1 AND lock_key <= ?2 AND {unused} FOR UPDATE SKIP LOCKED) old
			ON (t.lock_key = old.lock_key)
			WHEN MATCHED AND {unused} THEN DELETE
			""";

	private static final String UNUSED = "expires_at < {now} - ?3 AND fencing_token < {now} - ?3";

	private H2Statements() {
	}

	static OneStatementDialect.Statements of(String table) {
		return new OneStatementDialect.Statements(fill(ACQUIRE, table), fill(RENEW, table), fill(RELEASE, table),
				fill(FORCE_RELEASE, table), fill(FIND, table), fill(HELD, table), fill(PURGE_END, table),
				fill(PURGE, table));
	}

	/**
	 * Returns the statement that locks grants, in the order it is given them.
	 * @param wait seconds to wait for a row
	 */
	static String guard(String table, BigDecimal wait) {
		return fill(GUARD, table).replace("{wait}", wait.toPlainString());
	}

	static String check(String table) {
		return fill(CHECK, table);
	}

	private static String fill(String statement, String table) {
		return statement.replace("{unused}", UNUSED).replace("{table}", table).replace("{now}", NOW);
	}

}
