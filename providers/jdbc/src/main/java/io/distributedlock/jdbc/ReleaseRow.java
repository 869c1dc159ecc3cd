package io.distributedlock.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import io.distributedlock.store.ReleaseResult;

/**
 * A row of the lock table whose grant was ended by a release, or as it was before.
 */
record ReleaseRow(boolean ended, String owner, boolean inForce) {

	static ReleaseRow of(ResultSet row) throws SQLException {
		return new ReleaseRow(row.getBoolean(1), row.getString(2), row.getBoolean(3));
	}

	/**
	 * Concludes from the row of a key what came of a release.
	 * @param rows the row, empty if there is none
	 * @param owner whose grant was to be ended
	 * @return empty if the grant is in force still: somebody has its row locked
	 */
	static Optional<ReleaseResult> result(List<ReleaseRow> rows, String owner) {
		if (rows.isEmpty()) {
			return Optional.of(ReleaseResult.NOT_OWNED);
		}
		ReleaseRow row = rows.get(0);
		if (row.ended() || row.owner().equals(Owners.released(owner))) {
			return Optional.of(ReleaseResult.RELEASED);
		}
		return (row.inForce() && row.owner().equals(owner)) ? Optional.empty() : Optional.of(ReleaseResult.NOT_OWNED);
	}

}
