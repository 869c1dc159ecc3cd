package io.distributedlock.jdbc;

import java.sql.SQLException;
import java.time.Duration;

import io.distributedlock.LockStoreException;

/**
 * Runs steps, each on a connection of its own, and tells which one failed and why.
 * Thread-safe.
 */
final class Steps {

	private final Connections connections;

	private final Failures failures;

	private final Duration timeout;

	/**
	 * Creates an instance.
	 * @param connections where each step gets its connection
	 * @param failures tells what failed
	 * @param timeout how long the statements of a step may run; zero for no bound
	 */
	Steps(Connections connections, Failures failures, Duration timeout) {
		this.connections = connections;
		this.failures = failures;
		this.timeout = timeout;
	}

	/**
	 * Runs a step.
	 * @param name what it attempts, for messages
	 * @param work the step
	 * @return what the step returned
	 * @throws LockStoreException if it failed
	 */
	<T> T run(String name, Connections.Work<T> work) {
		try {
			return this.connections.run((sql) -> work.run(sql.within(this.timeout)));
		}
		catch (SQLException | RuntimeException ex) {
			throw this.failures.during(name, ex);
		}
	}

}
