package io.distributedlock.jdbc;

import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.StepNotSentException;
import io.distributedlock.test.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A network between the store and PostgreSQL that loses, delays and breaks.
 */
@Timeout(120)
@ResourceLock(PostgresRefusalTests.TIMER)
class PostgresNetworkTests {

	private static final Duration TTL = Duration.ofMinutes(5);

	/** The engine's clean-up pauses for five seconds at most. */
	private static final Duration LONG_BEFORE_TTL = Duration.ofSeconds(30);

	private final TestDatabase database = PostgresServer.shared().newDatabase();

	private final JdbcLockStore direct = this.database.store();

	private final TcpProxy proxy = PostgresServer.shared().newProxy();

	private final TestDatabase network = PostgresServer.shared().through(this.proxy, this.database);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@AfterEach
	void close() {
		this.threads.shutdownNow();
		this.proxy.close();
		this.network.close();
		this.database.close();
	}

	@Test
	void aNetworkThatSwallowsRepliesIsAFailureWithinTheStoreTimeout() {
		JdbcLockStore store = this.network.store();
		store.tryAcquire(new AcquireCommand("warm", "o", "node", TTL));
		this.proxy.holdReplies();
		for (int i = 0; i < 3; i++) {
			long start = System.nanoTime();
			assertThatExceptionOfType(LockStoreException.class)
				.isThrownBy(() -> store.tryAcquire(new AcquireCommand("k", "o", "node", TTL)));
			// the store timeout is 3 seconds; a busy machine takes some more
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(7));
		}
		this.proxy.mend();
		assertThat(this.direct.tryAcquire(new AcquireCommand("another", "o", "node", TTL))).isInstanceOf(Granted.class);
	}

	@Test
	void anAcquisitionWhoseReplyIsLostIsTakenBackLongBeforeItsTtl() throws Exception {
		try (LockEngine locks = engine(this.network.store())) {
			locks.acquire(LockRequest.of("warm").withTtl(TTL)).close();
			this.proxy.holdReplies();
			Future<Lease> acquisition = this.threads.submit(() -> locks.acquire(LockRequest.of("k").withTtl(TTL)));
			Eventually.holds("the server grants the lock", LONG_BEFORE_TTL, () -> this.direct.find("k").isPresent());
			this.proxy.breakConnections();
			this.proxy.mend();
			failsForTheStore(acquisition);
			Eventually.holds("the lock is taken back", LONG_BEFORE_TTL, () -> this.direct.find("k").isEmpty());
		}
	}

	/**
	 * The requests wait in the network while the clean-up goes another way.
	 */
	@Test
	void anAcquisitionThatIsExecutedAfterItsCleanUpBeganIsTakenBackLongBeforeItsTtl() throws Exception {
		Detour dataSource = new Detour(this.database.dataSource());
		JdbcLockStore store = JdbcLockStore
			.open(JdbcLockStoreConfig.of(dataSource).withStoreTimeout(Duration.ofMillis(1900)));
		try (LockEngine locks = engine(store); Connection late = this.network.dataSource().getConnection()) {
			this.proxy.holdRequests();
			// so that the statement cannot be cancelled
			this.proxy.refuseConnections();
			failsForTheStore(this.threads.submit(() -> {
				dataSource.giveNext(late);
				return locks.acquire(LockRequest.of("k").withTtl(TTL));
			}));
			Eventually.holds("the clean-up begins", LONG_BEFORE_TTL, () -> dataSource.others() >= 2);
			assertThat(rows()).isZero();
			this.proxy.mend();
			Eventually.holds("the server executes the acquisition", LONG_BEFORE_TTL, () -> rows() == 1);
			Eventually.holds("the lock is taken back", LONG_BEFORE_TTL, () -> this.direct.find("k").isEmpty());
			assertThat(this.direct.tryAcquire(new AcquireCommand("k", "next", "node", TTL)))
				.isInstanceOf(Granted.class);
		}
	}

	private static LockEngine engine(JdbcLockStore store) {
		return LockEngine.builder()
			.provider(new LockProvider("jdbc", () -> store))
			.storeTimeout(Duration.ofSeconds(3))
			.build();
	}

	private static void failsForTheStore(Future<Lease> acquisition) {
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> acquisition.get(20, TimeUnit.SECONDS))
			.havingCause()
			.isInstanceOf(LockStoreException.class)
			.isNotInstanceOf(StepNotSentException.class);
	}

	private long rows() {
		return this.database.query("select count(*) from distributed_lock");
	}

}
