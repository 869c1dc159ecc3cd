package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rows and gaps locked by other transactions, on MariaDB and MySQL.
 */
abstract class MySqlFamilyContentionTests extends DatabaseContentionTests {

	MySqlFamilyContentionTests(TestDatabase database) {
		super(database.sessionsWith("set innodb_lock_wait_timeout = 50"));
	}

	@Test
	void aSingleGrantWhoseRowIsLockedIsBusyNotRefused() throws SQLException {
		this.store.tryAcquire(command("k", "holder"));
		RenewCommand renewal = new RenewCommand("k", "holder", Duration.ofMinutes(1));
		try (Connection other = this.database
			.transaction("select * from distributed_lock where lock_key = 'k' for update")) {
			assertThat(soon(() -> this.store.renew(renewal))).isEqualTo(RenewResult.BUSY);
			other.rollback();
		}
	}

	@Test
	void aLockedGapIsInNobodysWayWhoseKeyWasSeenBefore() throws SQLException {
		this.store.tryAcquire(command("a", "first"));
		this.store.forceRelease("a");
		try (Connection other = lockGaps()) {
			assertThat(soon(() -> this.store.tryAcquire(command("a", "second")))).isInstanceOf(Granted.class);
			assertThat(soon(() -> this.store.renew(new RenewCommand("a", "second", Duration.ofMinutes(2)))))
				.isEqualTo(RenewResult.RENEWED);
			assertThat(soon(() -> this.store.forceRelease("a"))).isTrue();
			other.rollback();
		}
	}

	@Test
	void eachNewKeyIsGrantedOnceAndNoAcquisitionFailsWhileGapsAreLockedAgainAndAgain()
			throws InterruptedException, ExecutionException, TimeoutException, SQLException {
		int keys = 60;
		int nodes = 4;
		Map<String, Integer> grants = new ConcurrentHashMap<>();
		AtomicBoolean over = new AtomicBoolean();
		ExecutorService threads = Executors.newFixedThreadPool(nodes + 1);
		try {
			Future<?> foreign = threads.submit(() -> {
				while (!over.get()) {
					try (Connection other = lockGaps()) {
						TimeUnit.MILLISECONDS.sleep(5);
						other.rollback();
					}
					TimeUnit.MILLISECONDS.sleep(5);
				}
				return null;
			});
			List<Future<?>> contenders = new ArrayList<>();
			for (int node = 0; node < nodes; node++) {
				String owner = "node" + node;
				contenders.add(threads.submit(() -> {
					for (int i = 0; i < keys; i++) {
						acquireUntilHeld("k" + (i * 37 % keys), owner, grants);
					}
					return null;
				}));
			}
			for (Future<?> contender : contenders) {
				contender.get(40, TimeUnit.SECONDS);
			}
			over.set(true);
			foreign.get(10, TimeUnit.SECONDS);
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(grants).hasSize(keys).allSatisfy((key, count) -> assertThat(count).isOne());
	}

	private void acquireUntilHeld(String key, String owner, Map<String, Integer> grants) throws InterruptedException {
		while (!grants.containsKey(key)) {
			if (this.store.tryAcquire(command(key, owner)) instanceof Granted) {
				grants.merge(key, 1, Integer::sum);
				return;
			}
			TimeUnit.MILLISECONDS.sleep(1);
		}
	}

	/**
	 * Locks what is between the rows, for whoever wants to insert one.
	 */
	final Connection lockGaps() throws SQLException {
		Connection connection = this.database.dataSource().getConnection();
		connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
		connection.setAutoCommit(false);
		connection.createStatement()
			.execute("select * from distributed_lock where lock_key > 'b' and node = 'nowhere' for update skip locked");
		return connection;
	}

}
