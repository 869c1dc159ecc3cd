package io.distributedlock.benchmarks.database;

/**
 * A running server. Listens on the loopback interface only.
 *
 * @param address its database
 * @param stop ends it
 */
public record DatabaseServer(DatabaseAddress address, Runnable stop) implements AutoCloseable {

	@Override
	public void close() {
		this.stop.run();
	}

}
