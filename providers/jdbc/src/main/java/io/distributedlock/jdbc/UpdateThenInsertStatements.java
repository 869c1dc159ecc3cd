package io.distributedlock.jdbc;

/**
 * The statements of {@link UpdateThenInsertDialect}. Their parameters, in order:
 *
 * @param check any key; returns a row also if there is none of that key
 * @param acquire owner, node, ttl, key, what the owner's two tombstones look like
 * @param read key; returns the columns of {@link AcquireRow}
 * @param readUnlocked the same, but does not wait for a row that is being changed
 * @param insert key, owner, node, ttl, key
 * @param renew ttl, ttl, key, owner
 * @param release the owner's tombstone, minHold, minHold, key, owner
 * @param forceRelease what the tombstone of a release is like, the start of that of a
 * forced release, key
 * @param find key; returns the columns of {@link LockRow}
 * @param held the first key, one after the last key, limit; returns the columns of
 * {@link LockRow}
 * @param purgeEnd the key to start after, how many rows to look at; returns the last of
 * their keys, if there are any
 * @param purge the key to start after, the last key, retention, retention; deletes
 */
record UpdateThenInsertStatements(String check, String acquire, String read, String readUnlocked, String insert,
		String renew, String release, String forceRelease, String find, String held, String purgeEnd, String purge) {

	private static final String CHECK = """
			SELECT l.lock_key, l.owner, l.node, l.fencing_token, l.acquired_at, l.expires_at
			FROM (SELECT 1 AS one {from_nothing}) o LEFT JOIN {table} l ON l.lock_key = ?
			""";

	private static final String ACQUIRE = """
			UPDATE {table} {skip_locked} SET owner = ?, node = ?,
				fencing_token = CASE WHEN fencing_token >= {now} THEN fencing_token + 1 ELSE {now} END,
				acquired_at = {now}, expires_at = {now} + ?
			WHERE lock_key = ? AND expires_at <= {now} AND owner NOT IN (?, ?)
			""";

	private static final String READ = """
			SELECT 0, owner, node, fencing_token, acquired_at, expires_at, {now} FROM {table} WHERE lock_key = ?
			""";

	private static final String READ_UNLOCKED = READ.replace("{table}", "{table} {skip_locked}");

	private static final String INSERT = """
			INSERT INTO {table} (lock_key, owner, node, fencing_token, acquired_at, expires_at)
			SELECT ?, ?, ?, {now}, {now}, {now} + ? {from_nothing}
			WHERE NOT EXISTS (SELECT 1 FROM {table} {with_uncommitted} WHERE lock_key = ?)
			""";

	private static final String RENEW = """
			UPDATE {table} {skip_locked}
			SET expires_at = CASE WHEN expires_at > {now} + ? THEN expires_at ELSE {now} + ? END
			WHERE lock_key = ? AND owner = ? AND expires_at > {now}
			""";

	private static final String RELEASE = """
			UPDATE {table} SET owner = ?, expires_at = CASE WHEN ? > 0 THEN acquired_at + ? ELSE 0 END
			WHERE lock_key = ? AND owner = ? AND expires_at > {now}
			""";

	private static final String FORCE_RELEASE = """
			UPDATE {table} SET owner = CASE WHEN owner LIKE ? THEN owner ELSE CONCAT(?, owner) END, expires_at = 0
			WHERE lock_key = ? AND expires_at > {now}
			""";

	private static final String FIND = """
			SELECT lock_key, node, fencing_token, acquired_at, expires_at - {now} FROM {table}
			WHERE lock_key = ? AND expires_at > {now}
			""";

	private static final String HELD = """
			SELECT lock_key, node, fencing_token, acquired_at, expires_at - {now} FROM {table}
			WHERE lock_key >= ? AND lock_key < ? AND expires_at > {now}
			ORDER BY lock_key OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY
			""";

	private static final String PURGE_END = """
			SELECT lock_key FROM (
				SELECT lock_key FROM {table} WHERE lock_key > ?
				ORDER BY lock_key OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY) batch
			ORDER BY lock_key DESC OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
			""";

	private static final String PURGE = """
			DELETE FROM {table} {skip_locked}
			WHERE lock_key > ? AND lock_key <= ? AND expires_at < {now} - ? AND fencing_token < {now} - ?
			""";

	static UpdateThenInsertStatements of(String table, Fragments fragments) {
		return new UpdateThenInsertStatements(fragments.fill(CHECK, table), fragments.fill(ACQUIRE, table),
				fragments.fill(READ, table), fragments.fill(READ_UNLOCKED, table), fragments.fill(INSERT, table),
				fragments.fill(RENEW, table), fragments.fill(RELEASE, table), fragments.fill(FORCE_RELEASE, table),
				fragments.fill(FIND, table), fragments.fill(HELD, table), fragments.fill(PURGE_END, table),
				fragments.fill(PURGE, table));
	}

	/**
	 * What differs between the databases.
	 *
	 * @param now the microseconds since 1970 of UTC, whatever the session's time zone,
	 * and the same wherever it stands in a statement
	 * @param fromNothing the FROM of a query without a table
	 * @param skipLocked after a table's name: leave out rows locked by others
	 * @param withUncommitted after a table's name: see rows that others have inserted and
	 * not committed, instead of waiting for them
	 */
	record Fragments(String now, String fromNothing, String skipLocked, String withUncommitted) {

		private String fill(String statement, String table) {
			return statement.replace("{table}", table)
				.replace("{now}", this.now)
				.replace("{from_nothing}", this.fromNothing)
				.replace("{skip_locked}", this.skipLocked)
				.replace("{with_uncommitted}", this.withUncommitted);
		}

	}

}
