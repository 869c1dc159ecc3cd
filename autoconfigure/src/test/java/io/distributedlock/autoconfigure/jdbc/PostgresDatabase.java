package io.distributedlock.autoconfigure.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A database of its own on a real PostgreSQL server, without the lock table. The server
 * is started when first needed and ends with the process.
 *
 * @param url how to connect; user postgres, no password
 */
public record PostgresDatabase(String url) {

	private static final AtomicInteger databases = new AtomicInteger();

	public static PostgresDatabase create() {
		String name = "test" + databases.incrementAndGet();
		try (Connection connection = DriverManager.getConnection(Server.url("postgres"));
				Statement statement = connection.createStatement()) {
			statement.execute("create database " + name);
			return new PostgresDatabase(Server.url(name));
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public String[] properties() {
		return new String[] { "spring.datasource.url=" + this.url, "spring.datasource.username=postgres",
				"distributed-lock.jdbc.initialize-schema=always" };
	}

	/** Each statement has a connection of its own. */
	public JdbcTemplate outside() {
		return new JdbcTemplate(new DriverManagerDataSource(this.url, "postgres", ""));
	}

	private static final class Server {

		private static final EmbeddedPostgres SERVER = start();

		private static EmbeddedPostgres start() {
			try {
				return EmbeddedPostgres.start();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		static String url(String database) {
			return SERVER.getJdbcUrl("postgres", database);
		}

	}

}
