package io.distributedlock.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;

import io.distributedlock.store.StoredLock;

/**
 * Reads what an inspection tells of a lock: key, node, token, time of the grant and
 * remaining time.
 */
final class LockRow {

	private LockRow() {
	}

	static StoredLock of(ResultSet row) throws SQLException {
		return of(row.getString(1), row);
	}

	static StoredLock of(String key, ResultSet row) throws SQLException {
		return new StoredLock(key, row.getString(2), row.getLong(3), Micros.instant(row.getLong(4)),
				Micros.duration(row.getLong(5)));
	}

}
