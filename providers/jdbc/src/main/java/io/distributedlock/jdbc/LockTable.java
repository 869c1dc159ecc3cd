package io.distributedlock.jdbc;

import java.util.regex.Pattern;

/**
 * The name of the lock table. It becomes part of statements, so nothing but plain
 * identifiers may pass.
 */
final class LockTable {

	private static final String WAITERS = "_waiter";

	/** Of an identifier, the shortest limit of the databases. */
	private static final int LONGEST_NAME = 63;

	private static final int LONGEST = LONGEST_NAME - WAITERS.length();

	private static final Pattern NAME = Pattern.compile(
			"([A-Za-z_][A-Za-z0-9_]{0,%d}\\.)?[A-Za-z_][A-Za-z0-9_]{0,%d}".formatted(LONGEST_NAME - 1, LONGEST - 1));

	private LockTable() {
	}

	static String check(String name) {
		if (!NAME.matcher(name).matches()) {
			throw new IllegalArgumentException(
					("Lock table name '%s' is not allowed: use letters, digits and underscores, at most %d, "
							+ "optionally after a schema and a dot, such as locks.distributed_lock")
						.formatted(name, LONGEST));
		}
		return name;
	}

	/**
	 * Returns the table of the nodes that wait for locks, where there is one.
	 */
	static String waiters(String name) {
		return name + WAITERS;
	}

}
