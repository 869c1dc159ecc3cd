package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A pool that gives a connection to elsewhere when it is told to, once each time.
 */
final class Detour extends DelegatingDataSource {

	private final AtomicReference<@Nullable Connection> next = new AtomicReference<>();

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
		Connection elsewhere = this.next.getAndSet(null);
		if (elsewhere != null) {
			return elsewhere;
		}
		this.others.incrementAndGet();
		return super.getConnection();
	}

}
