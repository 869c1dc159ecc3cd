package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Looks into a test's database.
 */
final class Rows {

	private static final long PATIENCE_SECONDS = 30;

	private Rows() {
	}

	/**
	 * Returns the first column of a query's rows, as text.
	 */
	static List<String> of(TestDatabase database, String sql) {
		try (Connection connection = database.dataSource().getConnection()) {
			return new Sql(connection).query(sql, (row) -> row.getString(1));
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Waits until a query has so many rows.
	 */
	static void await(TestDatabase database, int count, String sql) throws InterruptedException {
		long start = System.nanoTime();
		List<String> rows = of(database, sql);
		while (rows.size() != count && System.nanoTime() - start < PATIENCE_SECONDS * 1_000_000_000) {
			Thread.sleep(5);
			rows = of(database, sql);
		}
		assertThat(rows).as(sql).hasSize(count);
	}

}
