package io.distributedlock.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A row of the lock table whose grant was ended by a release, or as it was before.
 */
record ReleaseRow(boolean ended, String owner, boolean inForce) {

	static ReleaseRow of(ResultSet row) throws SQLException {
		return new ReleaseRow(row.getBoolean(1), row.getString(2), row.getBoolean(3));
	}

}
