package io.distributedlock.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.distributedlock.test.TcpProxy;

/**
 * A real MySQL server, if the machine has one: the environment variable says where, else
 * the PATH. One is shared by all tests that leave it as it is.
 */
public final class MySqlServer implements AutoCloseable {

	private static final String VARIABLE = "DISTRIBUTED_LOCK_TEST_MYSQLD";

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final List<String> SMALL = List.of("--skip-log-bin", "--innodb-buffer-pool-size=32M",
			"--innodb-redo-log-capacity=16M", "--innodb-flush-log-at-trx-commit=2", "--performance-schema=OFF",
			"--loose-mysqlx=OFF", "--loose-auto-generate-certs=OFF", "--secure-file-priv=NULL",
			"--max-connections=300");

	private static final AtomicInteger databases = new AtomicInteger();

	private final Path folder;

	private final int port;

	private final Process process;

	private final Thread shutdown = new Thread(this::stop, "stop-mysql");

	MySqlServer() {
		try {
			this.folder = Files.createTempDirectory("mysql");
			this.port = freePort();
			Process initialization = run("initialize.log", List.of("--initialize-insecure"));
			if (!initialization.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || initialization.exitValue() != 0) {
				initialization.destroyForcibly();
				throw new IllegalStateException("MySQL was not initialized: " + log("initialize.log"));
			}
			// A socket relative to the data: its whole path may be too long.
			this.process = run("server.log", List.of("--port=" + this.port, "--bind-address=127.0.0.1",
					"--socket=mysql.sock", "--pid-file=mysql.pid"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		Runtime.getRuntime().addShutdownHook(this.shutdown);
		awaitConnections();
	}

	public static MySqlServer shared() {
		return Shared.SERVER;
	}

	/** Asked by {@link EnabledWithMySql}. */
	public static boolean isAvailable() {
		return Program.PATH.isPresent();
	}

	/**
	 * Creates a database with the lock table, used by MySQL's driver.
	 */
	TestDatabase newDatabase() {
		return newEmptyDatabase().withTable("mysql");
	}

	public TestDatabase newEmptyDatabase() {
		String name = "test" + databases.incrementAndGet();
		try (TestDatabase admin = TestDatabase.of(url("mysql"), "root", "")) {
			admin.execute("create database " + name);
		}
		return TestDatabase.of(url(name), "root", "");
	}

	/**
	 * Puts a proxy before the server, which {@link #through} leads to.
	 */
	TcpProxy newProxy() {
		return new TcpProxy(this.port);
	}

	/**
	 * Opens a pool to a database of this server, by way of a proxy.
	 */
	TestDatabase through(TcpProxy proxy, TestDatabase database) {
		return database.at((url) -> url.replace(":" + this.port + "/", ":" + proxy.port() + "/"));
	}

	int port() {
		return this.port;
	}

	@Override
	public void close() {
		Runtime.getRuntime().removeShutdownHook(this.shutdown);
		stop();
	}

	private void stop() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor();
			}
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
		deleteFolder();
	}

	private void deleteFolder() {
		try (Stream<Path> files = Files.walk(this.folder)) {
			files.sorted((one, other) -> other.compareTo(one)).forEach((file) -> file.toFile().delete());
		}
		catch (IOException | UncheckedIOException ex) {
			// It is under target/.
		}
	}

	private Process run(String log, List<String> arguments) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Program.PATH.orElseThrow(), "--datadir=" + this.folder.resolve("data"),
						"--tmpdir=" + this.folder, "--log-error=" + this.folder.resolve(log)));
		if (System.getProperty("user.name").equals("root")) {
			command.add("--user=root");
		}
		command.addAll(SMALL);
		command.addAll(arguments);
		return new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(this.folder.resolve(log).toFile()))
			.start();
	}

	private void awaitConnections() {
		long start = System.nanoTime();
		while (true) {
			try {
				DriverManager.getConnection(url("mysql"), "root", "").close();
				return;
			}
			catch (SQLException ex) {
				boolean late = System.nanoTime() - start > PATIENCE.toNanos();
				if (late || !this.process.isAlive()) {
					throw new IllegalStateException("MySQL did not start: " + log("server.log"), ex);
				}
			}
			try {
				TimeUnit.MILLISECONDS.sleep(100);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
		}
	}

	private String url(String database) {
		return "jdbc:mysql://127.0.0.1:%d/%s".formatted(this.port, database);
	}

	private String log(String name) {
		try {
			return Files.readString(this.folder.resolve(name), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	/** Started when first needed; ends with the process. */
	private static final class Shared {

		static final MySqlServer SERVER = new MySqlServer();

	}

	/** Where the server's program is. */
	private static final class Program {

		static final Optional<String> PATH = find();

		private static Optional<String> find() {
			String given = System.getenv(VARIABLE);
			if (given != null && !given.isBlank()) {
				if (!isSupported(given)) {
					throw new IllegalStateException("%s is no MySQL 8.0.19 or newer: %s".formatted(VARIABLE, given));
				}
				return Optional.of(given);
			}
			return isSupported("mysqld") ? Optional.of("mysqld") : Optional.empty();
		}

		/** A mysqld may be MariaDB's, too. */
		private static boolean isSupported(String program) {
			try {
				Process process = new ProcessBuilder(program, "--version").redirectErrorStream(true).start();
				String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
				int version = answer.indexOf("Ver ");
				return version >= 0 && !answer.contains("MariaDB")
						&& !ServerVersion.of(answer.substring(version + 4).strip())
							.isBefore(new ServerVersion(8, 0, 19));
			}
			catch (IOException ex) {
				return false;
			}
		}

	}

}
