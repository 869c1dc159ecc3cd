package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A pool that once gives a connection whose network is slow.
 */
final class LateConnection extends DelegatingDataSource {

	private final AtomicReference<@Nullable Connection> next = new AtomicReference<>();

	private final AtomicInteger others = new AtomicInteger();

	LateConnection(DataSource others) {
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
		Connection late = this.next.getAndSet(null);
		if (late != null) {
			return late;
		}
		this.others.incrementAndGet();
		return super.getConnection();
	}

}
