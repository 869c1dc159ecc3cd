package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each step is its own transaction, whatever its caller does, on some database.
 */
@Timeout(60)
abstract class DatabaseTransactionTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	private final TestDatabase database;

	DatabaseTransactionTests(TestDatabase database) {
		this.database = database;
		database.execute("create table work (id int)");
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { TransactionDefinition.PROPAGATION_REQUIRED, TransactionDefinition.PROPAGATION_REQUIRES_NEW,
			TransactionDefinition.PROPAGATION_NESTED })
	void aGrantStaysWhenTheCallersTransactionIsRolledBack(int propagation) {
		assertThat(dataSources()).allSatisfy((dataSource) -> {
			TransactionTemplate transaction = transaction(dataSource);
			transaction.setPropagationBehavior(propagation);
			staysWhenRolledBack(transaction, dataSource);
		});
	}

	@Test
	void theCallersIsolationDoesNotMatter() {
		assertThat(dataSources()).allSatisfy((dataSource) -> {
			TransactionTemplate transaction = transaction(dataSource);
			transaction.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
			staysWhenRolledBack(transaction, dataSource);
		});
	}

	@Test
	void aReadOnlyCallerMayTakeLocks() {
		assertThat(dataSources()).allSatisfy((dataSource) -> {
			JdbcLockStore store = JdbcLockStore.open(JdbcLockStoreConfig.of(dataSource));
			TransactionTemplate transaction = transaction(dataSource);
			transaction.setReadOnly(true);
			transaction.executeWithoutResult((status) -> allStepsWork(store));
		});
	}

	@Test
	void aStepDoesNotCommitItsCallersWork() {
		assertThat(dataSources()).allSatisfy((dataSource) -> {
			JdbcLockStore store = JdbcLockStore.open(JdbcLockStoreConfig.of(dataSource));
			transaction(dataSource).executeWithoutResult((status) -> {
				insertWork(dataSource);
				allStepsWork(store);
				status.setRollbackOnly();
			});
			assertThat(this.database.query("select count(*) from work")).isZero();
		});
	}

	@Test
	void aLockIsSeenByOthersBeforeTheCallersTransactionEnds() {
		JdbcLockStore store = JdbcLockStore
			.open(JdbcLockStoreConfig.of(new TransactionAwareDataSourceProxy(this.database.dataSource())));
		JdbcLockStore other = this.database.store();
		transaction(this.database.dataSource()).executeWithoutResult((status) -> {
			store.tryAcquire(command("k", "o"));
			assertThat(other.tryAcquire(command("k", "other"))).isInstanceOf(Held.class);
		});
	}

	/**
	 * A pool of one connection, so that the test gets back what the step had.
	 */
	@Test
	void aConnectionGoesBackAsItWas() throws SQLException {
		try (HikariDataSource pool = poolWithOddDefaults()) {
			List<Object> before = settings(pool);
			assertThat(before).contains(false, Connection.TRANSACTION_SERIALIZABLE);
			allStepsWork(JdbcLockStore.open(JdbcLockStoreConfig.of(pool)));
			assertThat(settings(pool)).isEqualTo(before);
		}
	}

	@Test
	void aPoolWithOddDefaultsGivesGrantsThatStay() throws SQLException {
		try (HikariDataSource pool = poolWithOddDefaults()) {
			JdbcLockStore store = JdbcLockStore.open(JdbcLockStoreConfig.of(pool));
			assertThat(store.tryAcquire(command("k", "o"))).isInstanceOf(Granted.class);
			try (Connection connection = pool.getConnection()) {
				connection.rollback();
			}
			assertThat(this.database.store().tryAcquire(command("k", "other"))).isInstanceOf(Held.class);
		}
	}

	private HikariDataSource poolWithOddDefaults() {
		HikariDataSource pool = this.database.at((url) -> url).dataSource();
		pool.setMaximumPoolSize(1);
		pool.setAutoCommit(false);
		pool.setReadOnly(true);
		pool.setTransactionIsolation("TRANSACTION_SERIALIZABLE");
		return pool;
	}

	/**
	 * Asks the driver, since the pool would answer from memory.
	 */
	private static List<Object> settings(DataSource pool) throws SQLException {
		try (Connection pooled = pool.getConnection()) {
			Connection connection = pooled.unwrap(Connection.class);
			return List.of(connection.getAutoCommit(), connection.isReadOnly(), connection.getTransactionIsolation(),
					connection.getNetworkTimeout());
		}
	}

	private List<DataSource> dataSources() {
		DataSource pool = this.database.dataSource();
		LazyConnectionDataSourceProxy lazyWithReplica = new LazyConnectionDataSourceProxy(pool);
		lazyWithReplica.setReadOnlyDataSource(failing());
		return List.of(pool, new TransactionAwareDataSourceProxy(pool), new LazyConnectionDataSourceProxy(pool),
				lazyWithReplica, new TransactionAwareDataSourceProxy(new LazyConnectionDataSourceProxy(pool)),
				new LazyConnectionDataSourceProxy(new TransactionAwareDataSourceProxy(pool)));
	}

	/**
	 * Returns a data source that no step may use.
	 */
	private static DataSource failing() {
		return TestDatabase.of("jdbc:h2:tcp://localhost:1/mem:none", "sa", "").dataSource();
	}

	private void staysWhenRolledBack(TransactionTemplate transaction, DataSource dataSource) {
		JdbcLockStore store = JdbcLockStore.open(JdbcLockStoreConfig.of(dataSource));
		String key = "k" + System.nanoTime();
		transaction.executeWithoutResult((status) -> {
			insertWork(dataSource);
			assertThat(store.tryAcquire(command(key, "o"))).isInstanceOf(Granted.class);
			status.setRollbackOnly();
		});
		assertThat(this.database.query("select count(*) from work")).isZero();
		assertThat(store.tryAcquire(command(key, "other"))).isInstanceOf(Held.class);
	}

	private static void allStepsWork(JdbcLockStore store) {
		String key = "k" + System.nanoTime();
		assertThat(store.tryAcquire(command(key, "o"))).isInstanceOf(Granted.class);
		assertThat(store.tryAcquire(command(key, "other"))).isInstanceOf(Held.class);
		assertThat(store.find(key)).isPresent();
		assertThat(store.renew(new RenewCommand(key, "o", TTL))).isEqualTo(RenewResult.RENEWED);
		assertThat(store.release(new ReleaseCommand(key, "o", Duration.ZERO))).isEqualTo(ReleaseResult.RELEASED);
	}

	private static TransactionTemplate transaction(DataSource dataSource) {
		return new TransactionTemplate(new DataSourceTransactionManager(dataSource));
	}

	private static void insertWork(DataSource dataSource) {
		new JdbcTemplate(dataSource).update("insert into work values (1)");
	}

	private static AcquireCommand command(String key, String owner) {
		return new AcquireCommand(key, owner, "node", TTL);
	}

}
