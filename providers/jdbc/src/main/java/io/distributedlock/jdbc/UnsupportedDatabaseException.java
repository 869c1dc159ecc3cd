package io.distributedlock.jdbc;

import io.distributedlock.LockStoreException;

/**
 * The database is of a kind or version that the JDBC provider has no statements for.
 */
public class UnsupportedDatabaseException extends LockStoreException {

	UnsupportedDatabaseException(String message) {
		super(message, null);
	}

}
