package io.distributedlock.benchmarks.database;

import com.zaxxer.hikari.HikariDataSource;

/**
 * Where a database is, and how to get in.
 *
 * @param url the JDBC URL
 * @param user the user
 * @param password the password, which may be empty
 */
public record DatabaseAddress(String url, String user, String password) {

	/**
	 * Opens a pool whose connections are all open from then on.
	 * @param size how many connections
	 * @return the pool, to be closed
	 */
	public HikariDataSource pool(int size) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(this.url);
		pool.setUsername(this.user);
		pool.setPassword(this.password);
		pool.setMaximumPoolSize(size);
		return pool;
	}

}
