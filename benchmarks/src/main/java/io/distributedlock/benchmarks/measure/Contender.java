package io.distributedlock.benchmarks.measure;

import java.sql.SQLException;

/**
 * One of several ways to do the same thing.
 */
public interface Contender {

	/**
	 * Returns the name, for tables.
	 * @return the name
	 */
	String name();

	/**
	 * Does the thing once. This is what is timed.
	 * @param turn how often it was done before
	 * @throws SQLException if the database fails
	 */
	void run(long turn) throws SQLException;

	/**
	 * Makes ready for the next turn, untimed.
	 * @param turn the turn that was run
	 * @throws SQLException if the database fails
	 */
	default void tidyUp(long turn) throws SQLException {
	}

}
