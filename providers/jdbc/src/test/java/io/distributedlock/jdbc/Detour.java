package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A pool that gives a connection to elsewhere to the thread that asked for it, once each
 * time.
 */
final class Detour extends DelegatingDataSource {

	@SuppressWarnings("ThreadLocalUsage")
	private final ThreadLocal<@Nullable Connection> next = new ThreadLocal<>();

	private final AtomicInteger others = new AtomicInteger();

	Detour(DataSource others) {
		super(others);
	}

	void giveNext(Connection connection) {
		this.next.set(connection);
		this.others.set(0);
	}

	/**
	 * Returns how many other connections were given since.
	 */
	int others() {
		return this.others.get();
	}

	@Override
	public Connection getConnection() throws SQLException {
		Connection elsewhere = this.next.get();
		if (elsewhere != null) {
			this.next.remove();
			return elsewhere;
		}
		this.others.incrementAndGet();
		return super.getConnection();
	}

}
