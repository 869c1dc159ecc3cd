package io.distributedlock.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.WakeUpQueue;
import io.distributedlock.store.WakeUpQueue.Listening;
import io.distributedlock.test.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The connection that listens for wake-ups, and what happens to it.
 */
@Timeout(120)
class PostgresListeningTests {

	private static final Duration TTL = Duration.ofMinutes(5);

	private static final String LISTENING = "select pid from pg_stat_activity where datname = current_database() and query like 'LISTEN%'";

	private final TestDatabase database = PostgresServer.shared().newDatabase();

	private final WakeUpLog wakeUps = new WakeUpLog();

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void aListenerWhoseServerProcessIsKilledListensAgain() throws InterruptedException {
		PostgresLockStore store = (PostgresLockStore) this.database.store();
		try (LogWatch log = new LogWatch(PostgresListening.class); Listening listening = listen(store)) {
			queueBehindHolder(store);
			String pid = Rows.of(this.database, LISTENING).get(0);
			this.database.execute("select pg_terminate_backend(" + pid + ")");
			assertThat(this.wakeUps.next()).as("re-check of what may have been missed").isEqualTo("waiter for k");
			release(store);
			assertThat(this.wakeUps.next()).isEqualTo("waiter for k");
			assertThat(log.messagesWith("lost the connection")).singleElement()
				.satisfies((message) -> assertThat(message).startsWith("WARN"));
			assertThat(listening).isNotNull();
		}
	}

	@Test
	void aListenerSurvivesAnOutageAndWarnsOnce() throws InterruptedException {
		try (TcpProxy proxy = PostgresServer.shared().newProxy();
				TestDatabase behindProxy = PostgresServer.shared().through(proxy, this.database);
				LogWatch log = new LogWatch(PostgresListening.class)) {
			PostgresLockStore store = (PostgresLockStore) behindProxy.store();
			PostgresLockStore other = (PostgresLockStore) this.database.store();
			try (Listening listening = listen(store)) {
				queueBehindHolder(store);
				proxy.cut();
				release(other);
				Thread.sleep(1000);
				proxy.mend();
				assertThat(this.wakeUps.next()).as("re-check of what was missed").isEqualTo("waiter for k");
				assertThat(store.tryAcquireOrQueue(command("waiter"))).isInstanceOf(Granted.class);
				assertThat(log.messagesWith("WARN")).hasSize(1);
				assertThat(listening).isNotNull();
			}
		}
	}

	@Test
	void aServerThatFallsSilentIsNoticed() throws InterruptedException {
		try (TcpProxy proxy = PostgresServer.shared().newProxy();
				TestDatabase behindProxy = PostgresServer.shared().through(proxy, this.database);
				LogWatch log = new LogWatch(PostgresListening.class)) {
			PostgresLockStore store = (PostgresLockStore) behindProxy.store();
			try (Listening listening = listen(store)) {
				queueBehindHolder(store);
				proxy.holdReplies();
				for (int i = 0; i < 600 && log.messagesWith("lost the connection").isEmpty(); i++) {
					Thread.sleep(100);
				}
				assertThat(log.messagesWith("lost the connection")).hasSize(1);
				proxy.mend();
				assertThat(this.wakeUps.next()).isEqualTo("waiter for k");
				assertThat(listening).isNotNull();
			}
		}
	}

	@Test
	void theEndOfTheListeningGivesTheConnectionBack() throws InterruptedException {
		PostgresLockStore store = (PostgresLockStore) this.database.store();
		Listening one = listen(store);
		store.listen("another", this.wakeUps.of("another"));
		assertThat(inUse()).isEqualTo(2);
		one.close();
		assertThat(inUse()).isEqualTo(1);
		store.close();
		assertThat(inUse()).isZero();
		Rows.await(this.database, 0, LISTENING);
	}

	@Test
	void aConnectionThatIsGivenBackListensNoMore() throws SQLException {
		this.database.dataSource().setMaximumPoolSize(2);
		PostgresLockStore store = (PostgresLockStore) this.database.store();
		listen(store).close();
		try (Connection one = this.database.dataSource().getConnection();
				Connection other = this.database.dataSource().getConnection()) {
			assertThat(new Sql(one).query("select pg_listening_channels()", (row) -> row.getString(1))).isEmpty();
			assertThat(new Sql(other).query("select pg_listening_channels()", (row) -> row.getString(1))).isEmpty();
		}
	}

	@Test
	void aPoolOfOneConnectionCannotSpareItForListening() {
		this.database.dataSource().setMaximumPoolSize(1);
		PostgresLockStore store = (PostgresLockStore) this.database.store();
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> listen(store))
			.withMessageContaining("the pool has a connection to spare");
		assertThat(store.tryAcquire(command("holder"))).isInstanceOf(Granted.class);
	}

	@Test
	void aPoolerThatLosesNotificationsIsNoticed() {
		WakeUpQueue store = (WakeUpQueue) JdbcLockStore.open(pooled());
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> listen(store))
			.withMessageContaining("a pooler in transaction mode, such as PgBouncer, loses notifications")
			.withMessageContaining("waiting nodes have to poll");
		assertThat(inUse()).isZero();
	}

	@Test
	void behindAPoolerThatLosesNotificationsWaitersPoll() {
		JdbcLockStore holder = this.database.store();
		try (LockEngine engine = LockEngine.builder()
			.nodeId("waiter")
			.provider(new LockProvider("jdbc", () -> JdbcLockStore.open(pooled())))
			.build()) {
			holder.tryAcquire(new AcquireCommand("k", "holder", "holder", Duration.ofSeconds(8)));
			try (Lease lease = engine.acquire(LockRequest.of("k").withWaitTime(Duration.ofSeconds(60)))) {
				assertThat(lease.isHeld()).isTrue();
			}
		}
	}

	@Test
	void withoutTheTableOfWaitingNodesTheStoreIsPolledAndSaysSoOnce() {
		this.database.execute("drop table distributed_lock_waiter");
		try (LogWatch log = new LogWatch(JdbcLockStore.class)) {
			JdbcLockStore store = this.database.store();
			assertThat(store).isNotInstanceOf(WakeUpQueue.class);
			assertThat(store.tryAcquire(command("holder"))).isInstanceOf(Granted.class);
			release(store);
			assertThat(log.messagesWith("distributed_lock_waiter")).hasSize(1)
				.allSatisfy((message) -> assertThat(message).startsWith("WARN")
					.contains("poll")
					.contains("classpath:io/distributedlock/jdbc/schema-postgresql.sql"));
		}
	}

	@Test
	void aTableOfWaitingNodesOfAnotherShapeIsReported() {
		this.database.execute("alter table distributed_lock_waiter drop column channel");
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(this.database::store)
			.withMessageContaining("\"channel\"")
			.withMessageContaining("Compare the table with the script");
	}

	private Listening listen(WakeUpQueue store) {
		return store.listen("waiter", this.wakeUps.of("waiter"));
	}

	private void queueBehindHolder(PostgresLockStore store) {
		assertThat(store.tryAcquire(command("holder"))).isInstanceOf(Granted.class);
		assertThat(store.tryAcquireOrQueue(command("waiter"))).isNotInstanceOf(Granted.class);
	}

	private static void release(JdbcLockStore store) {
		store.release(new ReleaseCommand("k", "holder", Duration.ZERO));
	}

	private static AcquireCommand command(String node) {
		return new AcquireCommand("k", node, node, TTL);
	}

	private int inUse() {
		return this.database.dataSource().getHikariPoolMXBean().getActiveConnections();
	}

	/**
	 * The database behind a pooler that runs each statement on a connection of its own
	 * choice.
	 */
	private JdbcLockStoreConfig pooled() {
		DataSource server = this.database.dataSource();
		DataSource pooler = (DataSource) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { DataSource.class }, (proxy, method, arguments) -> {
					Connection client = server.getConnection();
					Connection chosen = server.getConnection();
					return Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
							(connection, call, parameters) -> {
								try {
									if (call.getName().equals("unwrap")) {
										return call.invoke(client, parameters);
									}
									if (call.getName().equals("close")) {
										client.close();
									}
									return call.invoke(chosen, parameters);
								}
								catch (InvocationTargetException ex) {
									throw ex.getCause();
								}
							});
				});
		return JdbcLockStoreConfig.of(pooler);
	}

}
