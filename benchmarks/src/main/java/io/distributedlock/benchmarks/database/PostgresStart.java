package io.distributedlock.benchmarks.database;

import java.io.IOException;
import java.io.UncheckedIOException;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * Starts PostgreSQL from a Maven artifact.
 */
final class PostgresStart {

	private PostgresStart() {
	}

	static DatabaseServer withoutFlushing() {
		return start("off");
	}

	static DatabaseServer flushing() {
		return start("on");
	}

	private static DatabaseServer start(String flush) {
		try {
			EmbeddedPostgres server = EmbeddedPostgres.builder()
				.setServerConfig("fsync", flush)
				.setServerConfig("synchronous_commit", "on")
				.start();
			DatabaseAddress address = new DatabaseAddress(server.getJdbcUrl("postgres", "postgres"), "postgres", "");
			return new DatabaseServer(address, () -> stop(server));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void stop(EmbeddedPostgres server) {
		try {
			server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
