package io.distributedlock.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.distributedlock.store.RenewResult;

/**
 * A grant in force that was renewed, or was before the statement.
 */
record RenewRow(boolean renewed, String owner) {

	static RenewRow of(ResultSet row) throws SQLException {
		return new RenewRow(row.getBoolean(1), row.getString(2));
	}

	/**
	 * Returns the results by owner: a grant in force that was not renewed has its row
	 * locked by somebody.
	 */
	static Map<String, RenewResult> results(List<RenewRow> rows) {
		Map<String, RenewResult> results = new HashMap<>();
		rows.forEach((row) -> results.merge(row.owner(), row.renewed() ? RenewResult.RENEWED : RenewResult.BUSY,
				(one, other) -> (one == RenewResult.RENEWED) ? one : other));
		return results;
	}

}
