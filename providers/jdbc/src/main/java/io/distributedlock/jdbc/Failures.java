package io.distributedlock.jdbc;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.StepNotSentException;
import org.jspecify.annotations.Nullable;

/**
 * Tells what failed, where, and what to check.
 */
final class Failures {

	/** The SQLState of a row or table that is locked. */
	static final String LOCKED = "HYT00";

	private final String table;

	private final Duration storeTimeout;

	Failures(String table, Duration storeTimeout) {
		this.table = table;
		this.storeTimeout = storeTimeout;
	}

	LockStoreException during(String step, Exception failure) {
		if (failure instanceof NoConnectionException missing) {
			return new StepNotSentException(message(step, missing.failure()), missing.failure());
		}
		return new LockStoreException(message(step, failure), failure);
	}

	private String message(String step, Exception failure) {
		String description = describe(failure).replaceFirst("\\.+$", "");
		return "Provider jdbc could not %s (table %s): %s. %s".formatted(step, this.table, description,
				advice(failure));
	}

	private static String describe(Exception failure) {
		String message = String.valueOf(failure.getMessage()).lines().findFirst().orElse("").strip();
		if (failure instanceof SQLException sqlFailure) {
			return "SQLState %s, error %d, %s".formatted(sqlFailure.getSQLState(), sqlFailure.getErrorCode(), message);
		}
		return failure.getClass().getSimpleName() + ", " + message;
	}

	private String advice(Exception failure) {
		if (failure instanceof SQLTransientConnectionException) {
			return "Check that the database is up and that the pool has a connection to spare";
		}
		String state = (failure instanceof SQLException sqlFailure) ? sqlFailure.getSQLState() : null;
		if (LOCKED.equals(state) || "55P03".equals(state)) {
			return "Another transaction has the row or table locked: check for long transactions";
		}
		if (failure instanceof SQLTimeoutException || "57014".equals(state)) {
			return ("It did not answer within the store timeout of %d ms: check the database's load, the pool's size, "
					+ "and whether the table is locked")
				.formatted(this.storeTimeout.toMillis());
		}
		if ("25006".equals(state)) {
			return "The server is read-only, for example a standby: connect to the primary";
		}
		return switch (stateClass(state)) {
			case "22" -> "A value does not fit its column: compare the table with the script";
			case "28" -> "Check user and password";
			case "40" ->
				"It lost against other transactions on the same rows again and again: check what else writes them";
			case "42" -> "Compare the table with the script, and check the user's rights on it";
			case "53" -> "The server has no connections, memory or disk space to spare: check its limits";
			default -> "Check that the database is up and can be reached";
		};
	}

	private static String stateClass(@Nullable String state) {
		return (state != null && state.length() >= 2) ? state.substring(0, 2) : "";
	}

}
