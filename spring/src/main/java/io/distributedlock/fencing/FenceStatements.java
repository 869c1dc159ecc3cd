package io.distributedlock.fencing;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalLong;

/**
 * The statements for one kind of database with the table's name in them.
 *
 * @param platform the kind, as in the name of the script
 * @param reply how the highest token comes back
 * @param raise resource, token, retention, token; inserts or changes the row, and tells
 * its token afterwards
 * @param purgeEnd the resource to start after; returns the last of the next ones, null if
 * there are none
 * @param purge the resource to start after, the last one, for how long a row is unused,
 * again; deletes. The condition stands twice, as a row that is not locked may be used
 * while the statement runs
 */
record FenceStatements(String platform, Reply reply, String raise, String purgeEnd, String purge) {

	static final String SCRIPTS = "io/distributedlock/fencing/schema-@@platform@@.sql";

	private static final String UNUSED = "GREATEST(fencing_token, checked_at) < {now} - ?";

	private static final String PURGE_END = """
			SELECT MAX(resource) FROM (
				SELECT resource FROM {table} WHERE resource > ? ORDER BY resource {limit}) batch
			""";

	/** By the time of the statement, whatever transaction surrounds it. */
	private static final String POSTGRESQL_NOW = "(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint";

	private static final String POSTGRESQL_RAISE = """
			INSERT INTO {table} AS f (resource, fencing_token, checked_at)
			VALUES (?, GREATEST(?::bigint, {now} - ?::bigint), {now})
			ON CONFLICT (resource) DO UPDATE
			SET fencing_token = GREATEST(f.fencing_token, ?::bigint), checked_at = {now}
			RETURNING fencing_token
			""";

	private static final String POSTGRESQL_PURGE = """
			DELETE FROM {table} WHERE resource IN (
				SELECT resource FROM {table} WHERE resource > ? AND resource <= ? AND {unused}
				FOR UPDATE SKIP LOCKED) AND {unused}
			""";

	private static final String MYSQL_NOW = "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))";

	/** The duplicate is one of the primary key, so no gap is locked. */
	private static final String MYSQL_RAISE = """
			INSERT INTO {table} (resource, fencing_token, checked_at)
			VALUES (?, LAST_INSERT_ID(GREATEST(?, {now} - ?)), {now})
			ON DUPLICATE KEY UPDATE fencing_token = LAST_INSERT_ID(GREATEST(fencing_token, ?)), checked_at = {now}
			""";

	private static final String MYSQL_PURGE = """
			DELETE f FROM (
				SELECT resource AS unused FROM {table} WHERE resource > ? AND resource <= ? AND {unused}
				{limit} FOR UPDATE SKIP LOCKED) batch
			STRAIGHT_JOIN {table} f FORCE INDEX (PRIMARY) ON f.resource = batch.unused WHERE {unused}
			""";

	/** With an offset, so that EXTRACT(EPOCH) is UTC in every session time zone. */
	private static final String H2_NOW = "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP(6)) * 1000000 AS BIGINT)";

	private static final String H2_RAISE = """
			SELECT fencing_token FROM FINAL TABLE (
				MERGE INTO {table} f
				USING (SELECT CAST(? AS VARCHAR) AS resource, CAST(? AS BIGINT) AS token, {now} - CAST(? AS BIGINT) AS horizon)
					i ON (f.resource = i.resource)
				WHEN MATCHED THEN UPDATE SET fencing_token = GREATEST(f.fencing_token, CAST(? AS BIGINT)), checked_at = {now}
				WHEN NOT MATCHED THEN INSERT (resource, fencing_token, checked_at)
					VALUES (i.resource, GREATEST(i.token, i.horizon), {now}))
			""";

	private static final String H2_PURGE = """
			MERGE INTO {table} f USING (
				SELECT resource AS unused FROM {table} WHERE resource > ? AND resource <= ? AND {unused}
				FOR UPDATE SKIP LOCKED) batch
			ON (f.resource = batch.unused)
			WHEN MATCHED AND {unused} THEN DELETE
			""";

	static FenceStatements of(DatabaseMetaData database, String table) throws SQLException {
		String product = database.getDatabaseProductName();
		return switch (product) {
			case "H2" -> of("h2", Reply.ROW, H2_RAISE, H2_PURGE, H2_NOW, table);
			case "MariaDB" -> of("mariadb", Reply.LAST_INSERT_ID, MYSQL_RAISE, MYSQL_PURGE, MYSQL_NOW, table);
			case "MySQL" -> of(database.getDatabaseProductVersion().contains("MariaDB") ? "mariadb" : "mysql",
					Reply.LAST_INSERT_ID, MYSQL_RAISE, MYSQL_PURGE, MYSQL_NOW, table);
			case "PostgreSQL" -> of("postgresql", Reply.ROW, POSTGRESQL_RAISE, POSTGRESQL_PURGE, POSTGRESQL_NOW, table);
			default -> throw new IllegalStateException(
					("FencingGuard does not support the database '%s': supported are H2, MariaDB, MySQL and PostgreSQL. "
							+ "Keep the token in the table you write instead: "
							+ "UPDATE .. SET .., fence = :token WHERE id = :id AND fence <= :token; no row changed means stale")
						.formatted(product));
		};
	}

	private static FenceStatements of(String platform, Reply reply, String raise, String purge, String now,
			String table) {
		return new FenceStatements(platform, reply, fill(raise, now, table), fill(PURGE_END, now, table),
				fill(purge, now, table));
	}

	private static String fill(String statement, String now, String table) {
		return statement.replace("{unused}", UNUSED)
			.replace("{limit}", "LIMIT 1000")
			.replace("{table}", table)
			.replace("{now}", now);
	}

	String scriptLocation() {
		return SCRIPTS.replace("@@platform@@", this.platform);
	}

	PreparedStatement prepareRaise(Connection connection) throws SQLException {
		return (this.reply == Reply.LAST_INSERT_ID)
				? connection.prepareStatement(this.raise, Statement.RETURN_GENERATED_KEYS)
				: connection.prepareStatement(this.raise);
	}

	/**
	 * Runs the statement of {@link #prepareRaise}.
	 * @return the highest token, empty if another transaction deleted the row meanwhile
	 */
	OptionalLong raise(PreparedStatement statement, String resource, long token, long retention) throws SQLException {
		statement.setString(1, resource);
		statement.setLong(2, token);
		statement.setLong(3, retention);
		statement.setLong(4, token);
		try (ResultSet result = this.reply.run(statement)) {
			return result.next() ? OptionalLong.of(result.getLong(1)) : OptionalLong.empty();
		}
	}

	/** How a statement that changes a row returns a number. */
	enum Reply {

		/** As the row it results in. */
		ROW {
			@Override
			ResultSet run(PreparedStatement statement) throws SQLException {
				return statement.executeQuery();
			}
		},

		/** As the generated key, as nothing else comes back. */
		LAST_INSERT_ID {
			@Override
			ResultSet run(PreparedStatement statement) throws SQLException {
				statement.executeUpdate();
				return statement.getGeneratedKeys();
			}
		};

		abstract ResultSet run(PreparedStatement statement) throws SQLException;

	}

}
