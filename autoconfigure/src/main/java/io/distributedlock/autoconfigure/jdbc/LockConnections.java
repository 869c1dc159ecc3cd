package io.distributedlock.autoconfigure.jdbc;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.apache.commons.dbcp2.BasicDataSourceMXBean;
import org.apache.tomcat.jdbc.pool.DataSourceProxy;
import org.apache.tomcat.jdbc.pool.PoolConfiguration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.util.ClassUtils;

/**
 * The connections of the lock store. Where the application's data source is a pool of
 * HikariCP, Tomcat or Commons DBCP2, the store has a small one of the same kind for
 * itself, so that callers who each hold a connection and ask for a lock cannot wait for
 * one another for ever. Opened on first use, closed with the application context.
 * Thread-safe. Not a {@link DataSource} itself, so that nobody but the store gets it
 * injected.
 */
final class LockConnections implements DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(LockConnections.class);

	private static final boolean HIKARI = isPresent("com.zaxxer.hikari.HikariDataSource");

	private static final boolean TOMCAT = isPresent("org.apache.tomcat.jdbc.pool.DataSourceProxy");

	private static final boolean DBCP2 = isPresent("org.apache.commons.dbcp2.BasicDataSource");

	/** In {@code jdbc:postgresql:} and {@code org.postgresql.ds.PGSimpleDataSource}. */
	private static final Pattern POSTGRES = Pattern.compile("[:.]postgresql[:.]");

	private final Supplier<DataSource> application;

	private final int poolSize;

	private final Duration timeout;

	/** Opening takes long. */
	private final ReentrantLock mutex = new ReentrantLock();

	private @Nullable DataSource opened;

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
	DataSource open() {
		return atomically(() -> {
			DataSource existing = this.opened;
			if (existing == null) {
				existing = create();
				this.opened = existing;
			}
			return existing;
		});
	}

	private DataSource create() {
		DataSource dataSource = this.application.get();
		this.own = poolLike(dataSource);
		if (this.own == null && !UnpooledDataSources.contain(dataSource)) {
			logger.warn("Provider jdbc has no connections of its own and shares those of DataSource {}: callers who "
					+ "hold a connection when they ask for a lock can exhaust it and wait for one another. Name a "
					+ "DataSource for locks alone with distributed-lock.jdbc.data-source-bean-name",
					DataSourceUnwrapper.unwrapRoot(dataSource).getClass().getName());
		}
		return (this.own != null) ? this.own : dataSource;
	}

	private @Nullable DataSource poolLike(DataSource dataSource) {
		if (HIKARI) {
			HikariDataSource pool = DataSourceUnwrapper.unwrap(dataSource, HikariConfigMXBean.class,
					HikariDataSource.class);
			if (pool != null) {
				return LockConnectionPool.like(pool,
						sizeFor(pool.getJdbcUrl(), pool.getDataSourceClassName(), typeName(pool.getDataSource())),
						this.timeout);
			}
		}
		if (TOMCAT) {
			DataSourceProxy pool = DataSourceUnwrapper.unwrap(dataSource, PoolConfiguration.class,
					DataSourceProxy.class);
			if (pool != null) {
				return TomcatLockPool.like(pool, sizeFor(pool.getUrl(), typeName(pool.getDataSource())), this.timeout);
			}
		}
		if (DBCP2) {
			BasicDataSource pool = DataSourceUnwrapper.unwrap(dataSource, BasicDataSourceMXBean.class,
					BasicDataSource.class);
			if (pool != null) {
				return Dbcp2LockPool.like(pool, sizeFor(pool.getUrl()), this.timeout);
			}
		}
		return null;
	}

	/**
	 * On PostgreSQL one connection listens for wake-ups and is never free for a step.
	 * @param targets URLs or class names that tell which database a pool connects to
	 */
	private int sizeFor(@Nullable String... targets) {
		boolean listens = Stream.of(targets).anyMatch((target) -> target != null && POSTGRES.matcher(target).find());
		return listens ? this.poolSize + 1 : this.poolSize;
	}

	private static @Nullable String typeName(@Nullable Object dataSource) {
		return (dataSource != null) ? dataSource.getClass().getName() : null;
	}

	Optional<DataSource> own() {
		return atomically(() -> Optional.ofNullable(this.own));
	}

	@Override
	public void destroy() throws Exception {
		if (own().orElse(null) instanceof AutoCloseable pool) {
			pool.close();
		}
	}

	private <T> T atomically(Supplier<T> step) {
		this.mutex.lock();
		try {
			return step.get();
		}
		finally {
			this.mutex.unlock();
		}
	}

	private static boolean isPresent(String className) {
		return ClassUtils.isPresent(className, LockConnections.class.getClassLoader());
	}

}
