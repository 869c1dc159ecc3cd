package io.distributedlock.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.distributedlock.test.TcpProxy;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.springframework.util.FileSystemUtils;

/**
 * A real PostgreSQL server. One is shared by all tests that leave it as it is.
 */
public final class PostgresServer implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private static final AtomicInteger databases = new AtomicInteger();

	private final Path dataDirectory;

	private final Map<String, String> settings;

	private EmbeddedPostgres server;

	PostgresServer() {
		this(Map.of());
	}

	/**
	 * Starts a server with settings that the shared one does not have.
	 */
	PostgresServer(Map<String, String> settings) {
		this(newDirectory(), settings, 0);
	}

	private PostgresServer(Path dataDirectory, Map<String, String> settings, int port) {
		this.dataDirectory = dataDirectory;
		this.settings = settings;
		this.server = start(port);
		Runtime.getRuntime().addShutdownHook(new Thread(this::close));
	}

	private static Path newDirectory() {
		try {
			Path parent = Path.of(System.getProperty("java.io.tmpdir"));
			return Files.createTempDirectory(Files.createDirectories(parent), "postgres");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private EmbeddedPostgres start(int port) {
		EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
			.setDataDirectory(this.dataDirectory)
			.setCleanDataDirectory(false)
			.setRegisterShutdownHook(false)
			.setPGStartupWait(PATIENCE)
			.setServerConfig("synchronous_commit", "on")
			.setServerConfig("max_connections", "300");
		this.settings.forEach(builder::setServerConfig);
		try {
			return (port > 0) ? builder.setPort(port).start() : builder.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public static PostgresServer shared() {
		return Shared.SERVER;
	}

	/**
	 * Creates a database with the lock table, which is dropped when it is closed.
	 */
	TestDatabase newDatabase() {
		return newEmptyDatabase().withTable("postgresql");
	}

	public TestDatabase newEmptyDatabase() {
		String name = "test" + databases.incrementAndGet();
		administer("create database " + name);
		return database(name).afterClose(() -> administer("drop database %s with (force)".formatted(name)));
	}

	private void administer(String sql) {
		try (TestDatabase admin = database("postgres")) {
			admin.execute(sql);
		}
	}

	private TestDatabase database(String name) {
		String url = "jdbc:postgresql://localhost:%d/%s?cancelSignalTimeout=1".formatted(this.server.getPort(), name);
		return TestDatabase.of(url, "postgres", "");
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

	/**
	 * Ends all of the server's processes at once, without a checkpoint, as
	 * {@code pg_ctl stop -m immediate} does.
	 */
	void crash() {
		try {
			long pid = Long.parseLong(Files.readAllLines(this.dataDirectory.resolve("postmaster.pid")).get(0));
			ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
			new ProcessBuilder("kill", "-QUIT", String.valueOf(pid)).start().waitFor();
			postmaster.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException | ExecutionException | TimeoutException ex) {
			throw new IllegalStateException("PostgreSQL does not end", ex);
		}
	}

	/**
	 * Starts the server again on the same port and data, if it is down.
	 */
	void restart() {
		int port = this.server.getPort();
		stop();
		this.server = start(port);
	}

	/**
	 * Starts a hot standby, by a copy of the data of this server, which is restarted for
	 * it. It is not connected to this server, so it stays as it is.
	 */
	PostgresServer newStandby() {
		int port = this.server.getPort();
		stop();
		Path copy = newDirectory();
		try {
			FileSystemUtils.copyRecursively(this.dataDirectory, copy);
			Files.createFile(copy.resolve("standby.signal"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server = start(port);
		return new PostgresServer(copy, this.settings, 0);
	}

	/**
	 * Opens a pool to the database of the same name on this server.
	 */
	TestDatabase sameDatabase(TestDatabase other) {
		return other.at((url) -> url.replaceFirst(":[0-9]+/", ":" + this.server.getPort() + "/"));
	}

	private void stop() {
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Ends the server and deletes its data.
	 */
	@Override
	public void close() {
		stop();
		FileSystemUtils.deleteRecursively(this.dataDirectory.toFile());
	}

	/** Started when first needed; ends with the process. */
	private static final class Shared {

		static final PostgresServer SERVER = new PostgresServer();

	}

}
