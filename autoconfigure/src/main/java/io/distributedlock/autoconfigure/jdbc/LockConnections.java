package io.distributedlock.autoconfigure.jdbc;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.util.ClassUtils;

/**
 * The connections of the lock store. Where the application's data source is a HikariCP
 * pool the store has a small pool of its own, so that callers who each hold a connection
 * and ask for a lock cannot wait for one another for ever. Opened on first use, closed
 * with the application context. Thread-safe. Not a {@link DataSource} itself, so that
 * nobody but the store gets it injected.
 */
final class LockConnections implements DisposableBean {

	private static final boolean HIKARI = ClassUtils.isPresent("com.zaxxer.hikari.HikariDataSource",
			LockConnections.class.getClassLoader());

	private final Supplier<DataSource> application;

	private final int poolSize;

	private final Duration timeout;

	private @Nullable DataSource own;

	LockConnections(Supplier<DataSource> application, int poolSize, Duration timeout) {
		this.application = application;
		this.poolSize = poolSize;
		this.timeout = timeout;
	}

	/**
	 * Returns where the store gets its connections: the same each time, as a store that
	 * could not be created is created anew later.
	 * @return the store's own pool, or the application's data source
	 */
	synchronized DataSource open() {
		if (this.own != null) {
			return this.own;
		}
		DataSource dataSource = this.application.get();
		if (!HIKARI) {
			return dataSource;
		}
		HikariDataSource hikari = DataSourceUnwrapper.unwrap(dataSource, HikariConfigMXBean.class,
				HikariDataSource.class);
		if (hikari == null) {
			return dataSource;
		}
		DataSource own = LockConnectionPool.like(hikari, this.poolSize, this.timeout);
		this.own = own;
		return own;
	}

	synchronized Optional<DataSource> own() {
		return Optional.ofNullable(this.own);
	}

	@Override
	public synchronized void destroy() throws Exception {
		if (this.own instanceof AutoCloseable pool) {
			pool.close();
		}
	}

}
