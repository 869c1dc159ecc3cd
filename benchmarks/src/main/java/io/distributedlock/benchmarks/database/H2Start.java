package io.distributedlock.benchmarks.database;

import java.sql.SQLException;

import org.h2.tools.Server;

/**
 * Starts H2's server with a database in memory, which lives until the server stops.
 */
final class H2Start {

	private H2Start() {
	}

	static DatabaseServer start() {
		System.setProperty("h2.bindAddress", "127.0.0.1");
		try {
			Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
			String url = "jdbc:h2:tcp://127.0.0.1:%d/mem:benchmark;DB_CLOSE_DELAY=-1".formatted(server.getPort());
			return new DatabaseServer(new DatabaseAddress(url, "sa", ""), server::stop);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Could not start the server of H2", ex);
		}
	}

}
