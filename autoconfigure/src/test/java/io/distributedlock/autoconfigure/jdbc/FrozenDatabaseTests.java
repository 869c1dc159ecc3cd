package io.distributedlock.autoconfigure.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

import com.zaxxer.hikari.HikariDataSource;
import io.distributedlock.LockStoreException;
import io.distributedlock.jdbc.JdbcLockStore;
import io.distributedlock.jdbc.JdbcLockStoreConfig;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Granted;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A database server that accepts everything and answers nothing.
 */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class FrozenDatabaseTests {

	private static final Duration STORE_TIMEOUT = Duration.ofSeconds(1);

	private static final Duration SLACK = Duration.ofSeconds(1);

	private static final AcquireCommand ACQUIRE = new AcquireCommand("k", "o", "node", Duration.ofMinutes(1));

	@Test
	void failsEachStepInTimeAndServesAgainWhenTheDatabaseDoes() throws Exception {
		try (FreezableServer server = new FreezableServer();
				HikariDataSource application = application(server.url());
				HikariDataSource own = LockConnectionPool.like(application, 2, STORE_TIMEOUT)) {
			JdbcLockStore store = store(own);
			assertThat(store.tryAcquire(ACQUIRE)).isInstanceOf(Granted.class);
			server.freeze();
			for (int i = 0; i < 3; i++) {
				failsInTime(() -> store.tryAcquire(ACQUIRE));
			}
			server.thaw();
			assertThat(servesAgainUnderSteadyUse(store)).isTrue();
		}
	}

	@Test
	void failsInTimeIfTheDatabaseIsFrozenWhenTheFirstLockIsAskedFor() throws Exception {
		try (FreezableServer server = new FreezableServer();
				HikariDataSource application = new HikariDataSource();
				HikariDataSource own = LockConnectionPool.like(to(server.url(), application), 2, STORE_TIMEOUT)) {
			server.freeze();
			failsInTime(() -> store(own));
		}
	}

	@Test
	void leavesANetworkTimeoutOfTheApplicationAlone() {
		String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";network_timeout=7000";
		try (HikariDataSource application = application(url);
				HikariDataSource own = LockConnectionPool.like(application, 1, STORE_TIMEOUT)) {
			assertThat(own.getJdbcUrl()).isEqualTo(url);
		}
	}

	@Test
	void leavesANetworkTimeoutAmongTheDriversPropertiesAlone() throws Exception {
		String url = "jdbc:h2:mem:" + UUID.randomUUID();
		try (HikariDataSource application = new HikariDataSource()) {
			application.addDataSourceProperty("NETWORK_TIMEOUT", "7000");
			try (HikariDataSource own = LockConnectionPool.like(to(url, application), 1, STORE_TIMEOUT);
					Connection connection = own.getConnection()) {
				assertThat(own.getJdbcUrl()).isEqualTo(url);
				assertThat(connection.isValid(1)).isTrue();
			}
		}
	}

	@Test
	void doesNotChangeTheUrlOfAnotherDatabase() {
		try (HikariDataSource application = new HikariDataSource();
				HikariDataSource own = LockConnectionPool.like(to("jdbc:mysql://localhost/shop", application), 1,
						STORE_TIMEOUT)) {
			assertThat(own.getJdbcUrl()).isEqualTo("jdbc:mysql://localhost/shop");
			assertThat(own.getExceptionOverride()).isNull();
		}
	}

	@Test
	void waitsForNoAnswerLongerThanH2CanCount() throws Exception {
		String url = "jdbc:h2:mem:" + UUID.randomUUID();
		try (HikariDataSource application = application(url);
				HikariDataSource own = LockConnectionPool.like(application, 1, Duration.ofDays(365));
				Connection connection = own.getConnection()) {
			assertThat(own.getJdbcUrl()).isEqualTo(url + ";NETWORK_TIMEOUT=" + Integer.MAX_VALUE);
			assertThat(connection.isValid(1)).isTrue();
		}
	}

	private static void failsInTime(ThrowingCallable step) {
		long start = System.nanoTime();
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(step);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(STORE_TIMEOUT.plus(SLACK));
	}

	private static boolean servesAgainUnderSteadyUse(JdbcLockStore store) {
		long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
		while (System.nanoTime() < deadline) {
			try {
				return store.tryAcquire(ACQUIRE) instanceof Granted;
			}
			catch (LockStoreException ex) {
				LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
			}
		}
		return false;
	}

	private static JdbcLockStore store(HikariDataSource dataSource) {
		return JdbcLockStore.open(JdbcLockStoreConfig.of(dataSource).withStoreTimeout(STORE_TIMEOUT));
	}

	private static HikariDataSource application(String url) {
		HikariDataSource application = to(url, new HikariDataSource());
		try (Connection connection = application.getConnection()) {
			connection.createStatement().execute("RUNSCRIPT FROM 'classpath:io/distributedlock/jdbc/schema-h2.sql'");
			return application;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static HikariDataSource to(String url, HikariDataSource dataSource) {
		dataSource.setJdbcUrl(url);
		dataSource.setUsername("sa");
		dataSource.setPassword("");
		return dataSource;
	}

}
