package io.distributedlock.jdbc;

import io.distributedlock.LockStoreException;
import org.jspecify.annotations.Nullable;

/**
 * The database is there, the lock table is not.
 */
public class MissingLockTableException extends LockStoreException {

	private final String tableName;

	private final String scriptLocation;

	MissingLockTableException(String tableName, String scriptLocation, String database, @Nullable Throwable cause) {
		super(("Provider jdbc finds no table %s in %s: create it with the script classpath:%s%s, "
				+ "or set distributed-lock.jdbc.initialize-schema=always to have it created at startup")
			.formatted(tableName, database, scriptLocation,
					tableName.equalsIgnoreCase(JdbcLockStoreConfig.DEFAULT_TABLE_NAME) ? ""
							: " (with the name changed to " + tableName + ")"),
				cause);
		this.tableName = tableName;
		this.scriptLocation = scriptLocation;
	}

	/**
	 * Returns the table that is missing.
	 * @return its name, as configured
	 */
	public String tableName() {
		return this.tableName;
	}

	/**
	 * Returns where the script that creates the table is.
	 * @return a classpath location, without {@code classpath:}
	 */
	public String scriptLocation() {
		return this.scriptLocation;
	}

}
