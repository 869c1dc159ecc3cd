package io.distributedlock.benchmarks.database;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The databases that can be measured. Each is a real server in a process of its own, but
 * for H2, whose server runs in this one.
 */
public enum DatabaseKind {

	/**
	 * PostgreSQL that does not wait for its disk at commits, so that the disk's time does
	 * not hide the rest.
	 */
	POSTGRESQL("postgresql"),

	/** PostgreSQL that flushes commits to the disk, as in production. */
	POSTGRESQL_FLUSHING("postgresql"),

	/** H2 in memory, behind its TCP server. */
	H2("h2"),

	/** MariaDB from a Maven artifact; flushes its log once a second. */
	MARIADB("mariadb"),

	/**
	 * MySQL, whose program the environment variable DISTRIBUTED_LOCK_TEST_MYSQLD names;
	 * flushes its log once a second.
	 */
	MYSQL("mysql");

	private final String platform;

	DatabaseKind(String platform) {
		this.platform = platform;
	}

	/**
	 * Reads names such as {@code postgresql,h2}.
	 * @param names the names, in any case, with commas between them
	 * @return the databases
	 * @throws IllegalArgumentException if a name is unknown
	 */
	public static List<DatabaseKind> parse(String names) {
		return Arrays.stream(names.split(",")).map((name) -> valueOf(name.strip().toUpperCase(Locale.ROOT))).toList();
	}

	/**
	 * Starts a server with an empty database.
	 * @return the server, to be closed
	 */
	public DatabaseServer start() {
		return switch (this) {
			case POSTGRESQL -> PostgresStart.withoutFlushing();
			case POSTGRESQL_FLUSHING -> PostgresStart.flushing();
			case H2 -> H2Start.start();
			case MARIADB -> MariaDbStart.start();
			case MYSQL -> MySqlStart.start();
		};
	}

	/**
	 * Returns the name as schema scripts have it.
	 * @return the name
	 */
	public String platform() {
		return this.platform;
	}

}
