package io.distributedlock.benchmarks.contender;

import java.sql.SQLException;
import java.util.Optional;

/**
 * Something that locks: a part of this project, or what others use instead.
 */
public interface Peer {

	/**
	 * Returns the name, for tables.
	 * @return the name
	 */
	String name();

	/**
	 * Attempts once to acquire a lock.
	 * @param key the key
	 * @return releases the lock; empty if somebody else has it
	 * @throws SQLException if the database fails
	 */
	Optional<Release> tryAcquire(String key) throws SQLException;

	/**
	 * Gives a lock back.
	 */
	@FunctionalInterface
	interface Release {

		/**
		 * Gives it back.
		 * @throws SQLException if the database fails
		 */
		void run() throws SQLException;

	}

}
