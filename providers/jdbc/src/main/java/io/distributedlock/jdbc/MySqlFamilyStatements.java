package io.distributedlock.jdbc;

import java.util.Collections;
import java.util.function.UnaryOperator;

/**
 * The statements for MariaDB and MySQL with the table's name in them.
 * <p>
 * A change first locks its row in a subquery that leaves out a row locked by somebody
 * else, then changes it by its key, and never scans the table for it, as that would wait
 * for the rows of others. The subquery stays a table of its own: merged into the
 * statement MySQL may wait for the row all the same, which LIMIT prevents; MariaDB does
 * not wait, but with LIMIT reads the whole table to find the key. UTC_TIMESTAMP is the
 * start of the statement, whatever the session's time zone.
 *
 * @param check returns "blurred" and the collation of the key column
 * @param acquire owner, node, ttl, key, what the owner's two tombstones look like; the
 * token is the last insert id
 * @param insert key, owner, node, ttl; the token is the last insert id
 * @param read key; returns the columns of {@link AcquireRow}
 * @param release the owner's tombstone, minHold, minHold, key, owner
 * @param forceRelease the start of the tombstone of any release that was not forced,
 * again, of a forced release, key
 * @param readOwner key; returns the columns of {@link ReleaseRow}
 * @param find key; returns the columns of {@link LockRow}
 * @param held prefix, prefix, limit; returns the columns of {@link LockRow}
 * @param purgeEnd the key to start after, how many rows to look at; returns the last of
 * their keys, null if there are none
 * @param purge the key to start after, the last key, retention, retention, how many rows,
 * retention, retention; deletes
 * @param renewTemplate see {@link #renew}
 * @param readGrantsTemplate see {@link #readGrants}
 * @param lockGrantsTemplate see {@link #lockGrants}
 */
record MySqlFamilyStatements(String check, String acquire, String insert, String read, String release,
		String forceRelease, String readOwner, String find, String held, String purgeEnd, String purge,
		String renewTemplate, String readGrantsTemplate, String lockGrantsTemplate) {

	private static final String NOW = "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))";

	/**
	 * With a value in place of a key, so that the column's collation decides. One that is
	 * not binary takes more for the same than can be tried.
	 */
	private static final String CHECK = """
			SELECT l.lock_key, l.owner, l.node, l.fencing_token, l.acquired_at, l.expires_at,
				COLLATION(l.lock_key) AS collation,
				CHARSET(l.lock_key) <> 'utf8mb4' OR COLLATION(l.lock_key) NOT LIKE '%bin'
					OR COALESCE(l.lock_key, 'a') IN ('A', 'a ') AS blurred
			FROM (SELECT 1 AS n) one LEFT JOIN {table} l ON l.lock_key = ''
			""";

	/**
	 * The innermost read locks nothing, so that whoever finds the lock held is in
	 * nobody's way. The token is computed twice and assigned last, as it depends on the
	 * SQL mode whether an assignment sees those before it.
	 */
	private static final String ACQUIRE = """
			UPDATE {table} FORCE INDEX (PRIMARY)
			SET owner = ?, node = ?, expires_at = {now} + ?, acquired_at = GREATEST(fencing_token + 1, {now}),
				fencing_token = LAST_INSERT_ID(GREATEST(fencing_token + 1, {now}))
			WHERE lock_key = (SELECT lock_key FROM (
				SELECT lock_key FROM {table}
				WHERE lock_key = (SELECT lock_key FROM (
						SELECT lock_key FROM {table} WHERE lock_key = ? AND expires_at <= {now}) expired)
					AND expires_at <= {now} AND owner NOT IN (?, ?) {apart} FOR UPDATE SKIP LOCKED) free)
			""";

	private static final String INSERT = """
			INSERT INTO {table} (lock_key, owner, node, fencing_token, acquired_at, expires_at)
			VALUES (?, ?, ?, LAST_INSERT_ID({now}), {now}, {now} + ?)
			""";

	private static final String READ = """
			SELECT FALSE, owner, node, fencing_token, acquired_at, expires_at, {now} FROM {table} WHERE lock_key = ?
			""";

	private static final String RENEW = """
			UPDATE (
				SELECT lock_key, CASE owner{ttls} END AS ttl FROM {table} FORCE INDEX (PRIMARY)
				WHERE expires_at > {now} AND ({grants}) LIMIT {count} FOR UPDATE SKIP LOCKED) mine
			STRAIGHT_JOIN {table} l FORCE INDEX (PRIMARY) ON l.lock_key = mine.lock_key
			SET l.expires_at = GREATEST(l.expires_at, LAST_INSERT_ID({now}) + mine.ttl)
			""";

	private static final String READ_GRANTS = """
			SELECT FALSE, owner, node, fencing_token, acquired_at, expires_at, {now} FROM {table} FORCE INDEX (PRIMARY)
			WHERE expires_at > {now} AND ({grants})
			""";

	/** Locks points of the index, in order; without being forced to, a small table. */
	private static final String LOCK_GRANTS = """
			SELECT owner FROM {table} FORCE INDEX (PRIMARY)
			WHERE expires_at > {now} AND ({grants}) ORDER BY lock_key LOCK IN SHARE MODE
			""";

	private static final String RELEASE = """
			UPDATE {table} FORCE INDEX (PRIMARY)
			SET owner = ?, expires_at = CASE WHEN ? > 0 THEN LEAST(acquired_at, {now}) + ? ELSE 0 END
			WHERE lock_key = (SELECT lock_key FROM (
				SELECT lock_key FROM {table}
				WHERE lock_key = ? AND owner = ? AND expires_at > {now} {apart} FOR UPDATE SKIP LOCKED) mine)
			""";

	private static final String FORCE_RELEASE = """
			UPDATE {table} FORCE INDEX (PRIMARY)
			SET owner = CASE WHEN LEFT(owner, CHAR_LENGTH(?)) = ? THEN owner ELSE CONCAT(?, owner) END, expires_at = 0
			WHERE lock_key = (SELECT lock_key FROM (
				SELECT lock_key FROM {table}
				WHERE lock_key = ? AND expires_at > {now} {apart} FOR UPDATE SKIP LOCKED) held)
			""";

	private static final String READ_OWNER = """
			SELECT FALSE, owner, expires_at > {now} FROM {table} WHERE lock_key = ?
			""";

	private static final String FIND = """
			SELECT lock_key, node, fencing_token, acquired_at, expires_at - {now}
			FROM {table} WHERE lock_key = ? AND expires_at > {now}
			""";

	private static final String HELD = """
			SELECT lock_key, node, fencing_token, acquired_at, expires_at - {now}
			FROM {table} WHERE expires_at > {now} AND LEFT(lock_key, CHAR_LENGTH(?)) = ? LIMIT ?
			""";

	private static final String PURGE_END = """
			SELECT MAX(lock_key) FROM (
				SELECT lock_key FROM {table} WHERE lock_key > ? ORDER BY lock_key LIMIT ?) batch
			""";

	private static final String PURGE = """
			DELETE l FROM (
				SELECT lock_key FROM {table}
				WHERE lock_key > ? AND lock_key <= ? AND expires_at < {now} - ? AND fencing_token < {now} - ?
				LIMIT ? FOR UPDATE SKIP LOCKED) unused
			STRAIGHT_JOIN {table} l FORCE INDEX (PRIMARY) ON l.lock_key = unused.lock_key
			WHERE l.expires_at < {now} - ? AND l.fencing_token < {now} - ?
			""";

	/**
	 * Returns the statements for MySQL.
	 */
	static MySqlFamilyStatements forMySql(String table) {
		return of(table, "LIMIT 1", "");
	}

	/**
	 * Returns the statements for MariaDB. An insertion does not wait for a foreign
	 * transaction that locked the gap where the key belongs.
	 */
	static MySqlFamilyStatements forMariaDb(String table) {
		return of(table, "", "SET STATEMENT innodb_lock_wait_timeout = 0 FOR ");
	}

	private static MySqlFamilyStatements of(String table, String apart, String beforeInsert) {
		UnaryOperator<String> fill = (
				statement) -> statement.replace("{table}", table).replace("{now}", NOW).replace("{apart}", apart);
		return new MySqlFamilyStatements(fill.apply(CHECK), fill.apply(ACQUIRE), beforeInsert + fill.apply(INSERT),
				fill.apply(READ), fill.apply(RELEASE), fill.apply(FORCE_RELEASE), fill.apply(READ_OWNER),
				fill.apply(FIND), fill.apply(HELD), fill.apply(PURGE_END), fill.apply(PURGE), fill.apply(RENEW),
				fill.apply(READ_GRANTS), fill.apply(LOCK_GRANTS));
	}

	/**
	 * Returns the statement that renews some grants. Its parameters are their owners and
	 * ttls in pairs, then their keys and owners in pairs; the last insert id is when it
	 * was executed.
	 */
	String renew(int count) {
		return this.renewTemplate.replace("{ttls}", " WHEN ? THEN ?".repeat(count))
			.replace("{grants}", grants(count))
			.replace("{count}", Integer.toString(count));
	}

	/**
	 * Returns the statement that reads those of some grants that are in force. Its
	 * parameters are their keys and owners in pairs; it returns the columns of
	 * {@link AcquireRow}.
	 */
	String readGrants(int count) {
		return this.readGrantsTemplate.replace("{grants}", grants(count));
	}

	/**
	 * Returns the statement that locks those of some grants that are in force, against
	 * changes. Its parameters are their keys and owners in pairs; it returns their
	 * owners.
	 */
	String lockGrants(int count) {
		return this.lockGrantsTemplate.replace("{grants}", grants(count));
	}

	private static String grants(int count) {
		return String.join(" OR ", Collections.nCopies(count, "(lock_key = ? AND owner = ?)"));
	}

}
