package io.distributedlock.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;

import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Busy;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;

/**
 * A row of the lock table as an acquisition granted it, or as it was before.
 */
record AcquireRow(boolean granted, String owner, String node, long token, long acquiredAt, long expiresAt,
		long checkedAt) {

	static AcquireRow of(ResultSet row) throws SQLException {
		return new AcquireRow(row.getBoolean(1), row.getString(2), row.getString(3), row.getLong(4), row.getLong(5),
				row.getLong(6), row.getLong(7));
	}

	AcquireResult result(String asking) {
		if (this.granted || isGrantOf(asking)) {
			return new Granted(this.token, Micros.instant(this.acquiredAt));
		}
		// Else free, but somebody has the row locked or just took it, or our own
		// tombstone.
		return inForce() ? new Held(this.node, this.token, Micros.duration(this.expiresAt - this.checkedAt))
				: new Busy();
	}

	boolean isGrantOf(String someOwner) {
		return inForce() && this.owner.equals(someOwner);
	}

	private boolean inForce() {
		return this.expiresAt > this.checkedAt;
	}

}
