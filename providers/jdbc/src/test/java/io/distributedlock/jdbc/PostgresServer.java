package io.distributedlock.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;

import io.distributedlock.test.TcpProxy;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * A real PostgreSQL server. One is shared by all tests that leave it as it is.
 */
final class PostgresServer implements AutoCloseable {

	private static final AtomicInteger databases = new AtomicInteger();

	private final EmbeddedPostgres server;

	PostgresServer() {
		try {
			this.server = EmbeddedPostgres.builder().setServerConfig("max_connections", "300").start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static PostgresServer shared() {
		return Shared.SERVER;
	}

	/**
	 * Creates a database with the lock table.
	 */
	TestDatabase newDatabase() {
		return newEmptyDatabase().withTable("postgresql");
	}

	TestDatabase newEmptyDatabase() {
		String name = "test" + databases.incrementAndGet();
		try (TestDatabase admin = TestDatabase.of(this.server.getJdbcUrl("postgres", "postgres"), "postgres", "")) {
			admin.execute("create database " + name);
		}
		return TestDatabase.of(this.server.getJdbcUrl("postgres", name), "postgres", "");
	}

	/**
	 * Puts a proxy before the server, which {@link #through} leads to.
	 */
	TcpProxy newProxy() {
		return new TcpProxy(this.server.getPort());
	}

	/**
	 * Opens a pool to a database of this server, by way of a proxy.
	 */
	TestDatabase through(TcpProxy proxy, TestDatabase database) {
		return database.at((url) -> url.replace(":" + this.server.getPort() + "/", ":" + proxy.port() + "/"));
	}

	int port() {
		return this.server.getPort();
	}

	@Override
	public void close() {
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Started when first needed; ends with the process. */
	private static final class Shared {

		static final PostgresServer SERVER = new PostgresServer();

	}

}
