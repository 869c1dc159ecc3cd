package io.distributedlock.jdbc;

import java.sql.SQLException;

/**
 * No connection was to be had, so that no statement was sent.
 */
final class NoConnectionException extends SQLException {

	private final Exception failure;

	NoConnectionException(Exception failure) {
		super(failure);
		this.failure = failure;
	}

	/**
	 * Returns what the data source threw.
	 * @return the failure
	 */
	Exception failure() {
		return this.failure;
	}

}
