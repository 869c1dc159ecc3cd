package io.distributedlock.jdbc;

import java.sql.SQLException;
import java.util.UUID;

import org.h2.tools.Server;

/**
 * An H2 server on a free loopback port, with a database that lives until the server
 * stops.
 */
final class TestServer implements AutoCloseable {

	private final Server server;

	private final TestDatabase database;

	TestServer() {
		try {
			this.server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		this.database = TestDatabase.at("jdbc:h2:tcp://localhost:%d/mem:%s;DB_CLOSE_DELAY=-1"
			.formatted(this.server.getPort(), UUID.randomUUID()));
	}

	TestDatabase database() {
		return this.database;
	}

	void stop() {
		this.server.stop();
	}

	@Override
	public void close() {
		this.database.close();
		stop();
	}

}
