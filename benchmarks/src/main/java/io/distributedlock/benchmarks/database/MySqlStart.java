package io.distributedlock.benchmarks.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts a MySQL server that is installed.
 */
final class MySqlStart {

	private static final String VARIABLE = "DISTRIBUTED_LOCK_TEST_MYSQLD";

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private final String program;

	private final Path folder;

	private MySqlStart(String program, Path folder) {
		this.program = program;
		this.folder = folder;
	}

	static DatabaseServer start() {
		String program = System.getenv(VARIABLE);
		if (program == null) {
			throw new IllegalStateException(
					"No MySQL: set the environment variable %s to the path of mysqld".formatted(VARIABLE));
		}
		try {
			return new MySqlStart(program, Files.createTempDirectory("mysql")).initializeAndStart();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while MySQL started", ex);
		}
	}

	private DatabaseServer initializeAndStart() throws IOException, InterruptedException {
		if (run("--initialize-insecure").waitFor() != 0) {
			throw new IllegalStateException("MySQL was not initialized: see %s".formatted(this.folder));
		}
		int port = freePort();
		Process server = run("--port=" + port, "--bind-address=127.0.0.1", "--socket=mysql.sock", "--skip-log-bin",
				"--loose-mysqlx=OFF", "--innodb-flush-log-at-trx-commit=2");
		Runtime.getRuntime().addShutdownHook(new Thread(server::destroy));
		String url = "jdbc:mysql://127.0.0.1:%d/benchmark?createDatabaseIfNotExist=true".formatted(port);
		DatabaseAddress address = new DatabaseAddress(url, "root", "");
		awaitConnections(address, server);
		return new DatabaseServer(address, server::destroy);
	}

	private Process run(String... arguments) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(this.program, "--datadir=" + this.folder.resolve("data"), "--tmpdir=" + this.folder));
		if (System.getProperty("user.name").equals("root")) {
			command.add("--user=root");
		}
		command.addAll(List.of(arguments));
		return new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(this.folder.resolve("mysql.log").toFile()))
			.start();
	}

	private void awaitConnections(DatabaseAddress address, Process server) throws InterruptedException {
		long start = System.nanoTime();
		while (true) {
			try {
				DriverManager.getConnection(address.url(), address.user(), address.password()).close();
				return;
			}
			catch (SQLException ex) {
				if (!server.isAlive() || System.nanoTime() - start > PATIENCE.toNanos()) {
					server.destroy();
					throw new IllegalStateException("MySQL did not start: see %s".formatted(this.folder), ex);
				}
				TimeUnit.MILLISECONDS.sleep(100);
			}
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

}
