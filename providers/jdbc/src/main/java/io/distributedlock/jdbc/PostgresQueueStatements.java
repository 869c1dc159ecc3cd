package io.distributedlock.jdbc;

/**
 * The statements for PostgreSQL that queue, wake and forget waiting nodes, with the names
 * of the tables in them. They leave out rows that are locked, so that none waits for
 * another: whoever is left out asks again.
 * <p>
 * A lock that was released is reserved for the node that was woken last, for 200 ms. A
 * node that did not ask for 5 s is forgotten. BETWEEN, because a time that the clock has
 * not reached yet, as after it was set back, must not count for ever.
 */
record PostgresQueueStatements(String exists, String check, String acquire, String acquireOrQueue, String leave,
		String forgetSilent) {

	private static final String EXISTS = "SELECT to_regclass(?) IS NOT NULL";

	private static final String CHECK = """
			SELECT lock_key, node, channel, queued_at, asked_at, woken_at FROM {waiters} WHERE lock_key = ''
			""";

	private static final String UNLESS_RESERVED = """

			AND NOT EXISTS (SELECT FROM woken_last w JOIN input i ON w.node <> i.node)""";

	/** What an attempt knows, and how it takes a lock that is not reserved. */
	private static final String TAKE = """
			WITH input AS MATERIALIZED (
				SELECT ?::text AS key, ?::text AS owner, ?::text AS node, ?::bigint AS ttl,
					?::text AS released, ?::text AS forced, ?::text AS channel, {now} AS now),
			woken_last AS MATERIALIZED (
				SELECT w.node FROM {waiters} w JOIN input i ON w.lock_key = i.key
				WHERE w.woken_at BETWEEN i.now - 200000 AND i.now AND w.asked_at BETWEEN i.now - 5000000 AND i.now
				ORDER BY w.woken_at DESC LIMIT 1),
			{take}""".replace("{take}", PostgresStatements.TAKE.strip().replace("{unless}", UNLESS_RESERVED));

	/** For a node that is not in the queue: most locks are free, and this is fast. */
	private static final String ACQUIRE = TAKE + """

			SELECT TRUE, g.*, i.now, FALSE FROM updated g, input i
			UNION ALL SELECT TRUE, g.*, i.now, FALSE FROM inserted g, input i
			UNION ALL SELECT FALSE, l.owner, l.node, l.fencing_token, l.acquired_at, l.expires_at, i.now, FALSE
			FROM input i JOIN {table} l ON l.lock_key = i.key
			""";

	/**
	 * Takes the lock and leaves the queue, or joins it; the last column tells whether the
	 * node's row was written, which is when it is queued and then every other second.
	 */
	private static final String ACQUIRE_OR_QUEUE = TAKE + """
			,
			waiting AS MATERIALIZED (
				SELECT i.* FROM input i
				WHERE NOT EXISTS (SELECT FROM updated) AND NOT EXISTS (SELECT FROM inserted)
					AND NOT EXISTS (SELECT FROM {table} l
						WHERE l.lock_key = i.key AND l.owner = i.owner AND l.expires_at > i.now)),
			gone AS (
				DELETE FROM {waiters}
				WHERE (lock_key, node) = (SELECT f.lock_key, f.node
					FROM {waiters} f JOIN input i ON f.lock_key = i.key AND f.node = i.node
					WHERE NOT EXISTS (SELECT FROM waiting)
					FOR UPDATE OF f SKIP LOCKED)),
			queued AS (
				INSERT INTO {waiters} (lock_key, node, channel, queued_at, asked_at, woken_at)
				SELECT i.key, i.node, i.channel, i.now, i.now, 0 FROM waiting i
				WHERE NOT EXISTS (SELECT FROM {waiters} w WHERE w.lock_key = i.key AND w.node = i.node)
				ON CONFLICT DO NOTHING
				RETURNING node),
			refreshed AS (
				UPDATE {waiters} w
				SET channel = i.channel, asked_at = i.now, queued_at = CASE
					WHEN w.asked_at BETWEEN i.now - 5000000 AND i.now THEN w.queued_at ELSE i.now END
				FROM waiting i
				WHERE (w.lock_key, w.node) = (SELECT f.lock_key, f.node
					FROM {waiters} f JOIN waiting i ON f.lock_key = i.key AND f.node = i.node
					WHERE f.asked_at NOT BETWEEN i.now - 2000000 AND i.now OR f.channel <> i.channel
					FOR UPDATE OF f SKIP LOCKED)
				RETURNING w.node)
			SELECT TRUE, g.*, i.now, FALSE FROM updated g, input i
			UNION ALL SELECT TRUE, g.*, i.now, FALSE FROM inserted g, input i
			UNION ALL SELECT FALSE, l.owner, l.node, l.fencing_token, l.acquired_at, l.expires_at, i.now,
				EXISTS (SELECT FROM queued) OR EXISTS (SELECT FROM refreshed)
			FROM input i JOIN {table} l ON l.lock_key = i.key
			""";

	/** Wakes the node that has waited longest for the key that was freed, if any. */
	private static final String WAKE = """
			woken AS (
				UPDATE {waiters} w SET woken_at = i.now
				FROM input i
				WHERE (w.lock_key, w.node) = (SELECT f.lock_key, f.node
					FROM {waiters} f JOIN input i ON f.asked_at BETWEEN i.now - 5000000 AND i.now
					WHERE f.lock_key = (SELECT key FROM freed){but}
					ORDER BY f.queued_at, f.node LIMIT 1
					FOR UPDATE OF f SKIP LOCKED)
				RETURNING pg_notify(w.channel, w.lock_key))
			""";

	static final String WAKE_AFTER_RELEASE = """
			,
			freed AS (SELECT i.key FROM ended e JOIN input i ON e.expires_at <= i.now),
			{wake}
			""".replace("{wake}", WAKE.strip().replace("{but}", ""));

	private static final String LEAVE = """
			WITH input AS MATERIALIZED (SELECT ?::text AS key, ?::text AS node, {now} AS now),
			freed AS (
				SELECT i.key FROM input i
				WHERE NOT EXISTS (SELECT FROM {table} l WHERE l.lock_key = i.key AND l.expires_at > i.now)),
			{wake}
			DELETE FROM {waiters}
			WHERE (lock_key, node) = (SELECT f.lock_key, f.node
				FROM {waiters} f JOIN input i ON f.lock_key = i.key AND f.node = i.node
				FOR UPDATE OF f SKIP LOCKED)
			""".replace("{wake}", WAKE.strip().replace("{but}", " AND f.node <> i.node"));

	private static final String FORGET_SILENT = """
			DELETE FROM {waiters} w
			WHERE (w.lock_key, w.node) IN (SELECT f.lock_key, f.node
				FROM {waiters} f JOIN (SELECT {now} AS now) i ON f.asked_at NOT BETWEEN i.now - 5000000 AND i.now
				FOR UPDATE OF f SKIP LOCKED)
			""";

	static PostgresQueueStatements of(String table) {
		return new PostgresQueueStatements(EXISTS, PostgresStatements.fill(CHECK, table),
				PostgresStatements.fill(ACQUIRE, table), PostgresStatements.fill(ACQUIRE_OR_QUEUE, table),
				PostgresStatements.fill(LEAVE, table), PostgresStatements.fill(FORGET_SILENT, table));
	}

}
