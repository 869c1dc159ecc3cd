package io.distributedlock.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * After how many seconds MariaDB ends a transaction of a session that sends nothing.
 *
 * @param writing one that has written; 0 for what holds otherwise
 * @param reading one that has not; 0 for what holds otherwise
 * @param otherwise any
 */
record IdleTimeouts(long writing, long reading, long otherwise) {

	/** What a query selects to read them. */
	static final String COLUMNS = """
			@@idle_write_transaction_timeout, @@idle_readonly_transaction_timeout,
				COALESCE(NULLIF(@@idle_transaction_timeout, 0), @@wait_timeout)""";

	private static final String SET = """
			SET SESSION idle_write_transaction_timeout = ?, idle_readonly_transaction_timeout = ?
			""";

	static IdleTimeouts of(ResultSet row) throws SQLException {
		return new IdleTimeouts(row.getLong(1), row.getLong(2), row.getLong(3));
	}

	/**
	 * Returns these timeouts with those shortened that are longer than allowed.
	 */
	IdleTimeouts atMost(long seconds) {
		return new IdleTimeouts(atMost(seconds, this.writing), atMost(seconds, this.reading), this.otherwise);
	}

	private long atMost(long seconds, long timeout) {
		long inEffect = (timeout > 0) ? timeout : this.otherwise;
		return (inEffect > seconds) ? seconds : timeout;
	}

	void set(Sql sql) throws SQLException {
		sql.update(SET, this.writing, this.reading);
	}

}
