package io.distributedlock.jdbc;

import java.util.regex.Pattern;

/**
 * The name of the lock table. It becomes part of statements, so nothing but plain
 * identifiers may pass.
 */
final class LockTable {

	private static final Pattern NAME = Pattern.compile("([A-Za-z_][A-Za-z0-9_]{0,62}\\.)?[A-Za-z_][A-Za-z0-9_]{0,62}");

	private LockTable() {
	}

	static String check(String name) {
		if (!NAME.matcher(name).matches()) {
			throw new IllegalArgumentException(
					("Lock table name '%s' is not allowed: use letters, digits and underscores, at most 63, "
							+ "optionally after a schema and a dot, such as locks.distributed_lock")
						.formatted(name));
		}
		return name;
	}

}
