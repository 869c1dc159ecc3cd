package io.distributedlock.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
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

	private static final Duration PATIENCE = Duration.ofSeconds(60);

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
			killListener();
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
	void behindAPoolerThatLosesNotificationsWaitersPoll() throws Exception {
		JdbcLockStore holder = this.database.store();
		try (LogWatch log = new LogWatch(Class.forName("io.distributedlock.engine.WakeUps"));
				LockEngine engine = LockEngine.builder()
					.nodeId("waiter")
					.provider(new LockProvider("jdbc", () -> JdbcLockStore.open(pooled())))
					.build()) {
			holder.tryAcquire(command("holder"));
			CompletableFuture<Lease> waiter = engine.acquireAsync(LockRequest.of("k").withWaitTime(TTL))
				.toCompletableFuture();
			Eventually.holds("the engine polls", PATIENCE, () -> !log.messagesWith("polls instead").isEmpty());
			assertThat(waiter).isNotDone();
			release(holder);
			try (Lease lease = waiter.get(10, TimeUnit.SECONDS)) {
				assertThat(lease.isHeld()).isTrue();
			}
		}
	}

	@Test
	void aNodeThatCannotListenAgainMakesWayForOthersUntilItCan() throws Exception {
		AtomicBoolean losesNotifications = new AtomicBoolean();
		PostgresLockStore store = (PostgresLockStore) JdbcLockStore.open(pooled(losesNotifications::get));
		PostgresLockStore other = (PostgresLockStore) this.database.store();
		try (Listening listening = listen(store)) {
			queueBehindHolder(store);
			losesNotifications.set(true);
			killListener();
			Eventually.holds("only the other is queued", PATIENCE, () -> {
				assertThat(store.tryAcquireOrQueue(command("waiter"))).isInstanceOf(Held.class);
				assertThat(other.tryAcquireOrQueue(command("other"))).isInstanceOf(Held.class);
				return waiters().equals(List.of("other"));
			});
			release(other);
			assertThat(other.tryAcquireOrQueue(command("other"))).as("not kept for the first")
				.isInstanceOf(Granted.class);
			losesNotifications.set(false);
			Eventually.holds("the first is queued again", PATIENCE, () -> {
				assertThat(store.tryAcquireOrQueue(command("waiter"))).isInstanceOf(Held.class);
				return waiters().equals(List.of("waiter"));
			});
			assertThat(listening).isNotNull();
		}
	}

	@Test
	void aNodeThatCannotListenAnyMoreCanStillTakeALock() throws Exception {
		AtomicBoolean losesNotifications = new AtomicBoolean();
		PostgresLockStore store = (PostgresLockStore) JdbcLockStore.open(pooled(losesNotifications::get));
		try (LogWatch log = new LogWatch(PostgresListening.class); Listening listening = listen(store)) {
			queueBehindHolder(store);
			losesNotifications.set(true);
			killListener();
			Eventually.holds("deaf", PATIENCE, () -> !log.messagesWith("lost the connection").isEmpty());
			release(store);
			assertThat(store.tryAcquireOrQueue(command("waiter"))).isInstanceOf(Granted.class);
			assertThat(waiters()).isEmpty();
			assertThat(listening).isNotNull();
		}
	}

	@Test
	void aSelfTestThatFailsAtAReconnectIsWarnedOfOnce() throws Exception {
		Duration timeout = Duration.ofSeconds(3);
		JdbcLockStoreConfig config = JdbcLockStoreConfig.of(this.database.dataSource()).withStoreTimeout(timeout);
		Steps steps = new Steps(new Connections(config.dataSource(), timeout),
				new Failures(config.tableName(), timeout), timeout.dividedBy(2));
		WaitingNode node = new WaitingNode();
		AtomicInteger attempts = new AtomicInteger();
		Supplier<PostgresSubscription> subscriptions = () -> {
			int before = attempts.getAndIncrement();
			if (before >= 1 && before <= 3) {
				throw new LostNotificationException(timeout);
			}
			return PostgresSubscription.open(config, steps, node.channel());
		};
		try (LogWatch log = new LogWatch(PostgresListening.class);
				PostgresListening listening = PostgresListening.start(subscriptions, node, this.wakeUps.of("waiter"))) {
			killListener();
			Eventually.holds("listens again", PATIENCE, () -> attempts.get() == 5 && !node.isDeaf());
			assertThat(log.messagesWith("WARN")).hasSize(2);
			assertThat(log.messagesWith("WARN Provider jdbc cannot listen for released locks again")).singleElement()
				.satisfies((message) -> assertThat(message).contains("waiting nodes poll"));
			assertThat(listening).isNotNull();
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

	private void killListener() {
		String pid = Rows.of(this.database, LISTENING).get(0);
		this.database.execute("select pg_terminate_backend(" + pid + ")");
	}

	private List<String> waiters() {
		return Rows.of(this.database, "select node from distributed_lock_waiter where lock_key = 'k'");
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
		return pooled(() -> true);
	}

	private JdbcLockStoreConfig pooled(BooleanSupplier losesNotifications) {
		DataSource server = this.database.dataSource();
		DataSource pooler = (DataSource) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { DataSource.class }, (proxy, method, arguments) -> {
					Connection client = server.getConnection();
					if (!losesNotifications.getAsBoolean()) {
						return client;
					}
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
