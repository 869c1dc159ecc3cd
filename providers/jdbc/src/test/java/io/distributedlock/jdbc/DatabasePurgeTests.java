package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which rows a purge deletes, on some database.
 */
@Timeout(60)
abstract class DatabasePurgeTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	private static final Duration RETENTION = Duration.ofDays(7);

	private static final long NOW = System.currentTimeMillis() * 1000;

	private static final long LONG_AGO = NOW - TimeUnit.DAYS.toMicros(8);

	private static final long LATELY = NOW - TimeUnit.DAYS.toMicros(6);

	private final TestDatabase database;

	private final JdbcLockStore store;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	DatabasePurgeTests(TestDatabase database) {
		this.database = database;
		this.store = storeWith(RETENTION);
	}

	@AfterEach
	void close() {
		this.threads.shutdownNow();
		this.database.close();
	}

	@Test
	void whatIsUnusedForLongerThanTheRetentionGoes() throws SQLException {
		insert("released", LONG_AGO, 0);
		insert("expired", LONG_AGO, LONG_AGO);
		purge(this.store);
		assertThat(rows()).isZero();
	}

	@Test
	void whatWasUsedSinceThenStays() throws SQLException {
		insert("released", LATELY, 0);
		insert("expired lately", LONG_AGO, LATELY);
		insert("held", LONG_AGO, NOW + TimeUnit.DAYS.toMicros(1));
		purge(this.store);
		assertThat(rows()).isEqualTo(3);
	}

	@Test
	void aTokenAheadOfTheClockIsKept() throws SQLException {
		insert("k", NOW + TimeUnit.DAYS.toMicros(1), 0);
		purge(this.store);
		assertThat(rows()).isOne();
	}

	@Test
	void aPurgeGoesOverAllRowsInBatches() throws SQLException {
		insertMany(2_600, LONG_AGO);
		insert("key 1100", NOW, 0);
		assertThat(this.store.purgeSome()).isTrue();
		assertThat(rows()).isGreaterThan(1_000);
		purge(this.store);
		assertThat(rows()).isOne();
	}

	@Test
	void keysOfAnyCharactersArePurged() throws SQLException {
		List<String> keys = List.of("a", "A", "a ", "'", "%", "_", "\\", "~", "\u00e9", "e\u0301", "\u4e2d", "\uffee",
				"\ud83d\udd12".repeat(255), "\udbff\udffd");
		for (String key : keys) {
			insert(key, LONG_AGO, 0);
		}
		purge(this.store);
		assertThat(rows()).isZero();
	}

	@Test
	void aLockedRowIsLeftOutWithoutWaiting() throws Exception {
		insert("a", LONG_AGO, 0);
		insert("b", LONG_AGO, 0);
		insert("c", LONG_AGO, 0);
		try (Connection other = this.database
			.transaction("select * from distributed_lock where lock_key = 'b' for update")) {
			this.threads.submit(() -> purge(this.store)).get(10, TimeUnit.SECONDS);
			other.rollback();
		}
		assertThat(this.database.query("select count(*) from distributed_lock where lock_key = 'b'")).isOne();
		assertThat(rows()).isOne();
		purge(this.store);
		assertThat(rows()).isZero();
	}

	@Test
	void aTokenAfterAPurgeIsGreaterThanAllBefore() throws Exception {
		JdbcLockStore forgetful = storeWith(Duration.ofMillis(1));
		long before = acquire(forgetful, "k", "first").fencingToken();
		forgetful.release(new ReleaseCommand("k", "first", Duration.ZERO));
		TimeUnit.MILLISECONDS.sleep(10);
		purge(forgetful);
		assertThat(rows()).isZero();
		assertThat(acquire(forgetful, "k", "second").fencingToken()).isGreaterThan(before);
	}

	@Test
	void aLateHolderWhoseRowWasPurgedHasLostTheLock() throws Exception {
		JdbcLockStore forgetful = storeWith(Duration.ofMillis(1));
		forgetful.tryAcquire(new AcquireCommand("k", "late", "node", Duration.ofMillis(1)));
		TimeUnit.MILLISECONDS.sleep(10);
		purge(forgetful);
		assertThat(rows()).isZero();
		assertThat(forgetful.renew(new RenewCommand("k", "late", TTL))).isEqualTo(RenewResult.REFUSED);
		acquire(forgetful, "k", "next");
		assertThat(forgetful.release(new ReleaseCommand("k", "late", Duration.ZERO)))
			.isEqualTo(ReleaseResult.NOT_OWNED);
		assertThat(forgetful.renew(new RenewCommand("k", "next", TTL))).isEqualTo(RenewResult.RENEWED);
	}

	@Test
	void purgesAtTheSameTimeDoNotHinderEachOther() throws Exception {
		insertMany(2_500, LONG_AGO);
		JdbcLockStore other = storeWith(RETENTION);
		Future<?> one = this.threads.submit(() -> purge(this.store));
		Future<?> two = this.threads.submit(() -> purge(other));
		one.get(30, TimeUnit.SECONDS);
		two.get(30, TimeUnit.SECONDS);
		purge(this.store);
		assertThat(rows()).isZero();
	}

	/**
	 * Rows are unused for longer than the retention when they are acquired, so that a
	 * purge that looks at them before and deletes them after would delete a grant.
	 */
	@Test
	void aGrantIsNeverPurged() throws Exception {
		JdbcLockStore forgetful = storeWith(Duration.ofNanos(1_000));
		AtomicBoolean over = new AtomicBoolean();
		List<Future<?>> purges = new ArrayList<>();
		for (int i = 0; i < 2; i++) {
			JdbcLockStore purging = storeWith(Duration.ofNanos(1_000));
			purges.add(this.threads.submit(() -> {
				while (!over.get()) {
					purging.purgeSome();
				}
			}));
		}
		List<Future<?>> holders = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			String key = "k" + i / 2;
			holders.add(this.threads.submit(() -> holdAgainAndAgain(forgetful, key)));
		}
		for (Future<?> holder : holders) {
			holder.get(50, TimeUnit.SECONDS);
		}
		over.set(true);
		for (Future<?> purge : purges) {
			purge.get(10, TimeUnit.SECONDS);
		}
	}

	private void holdAgainAndAgain(JdbcLockStore store, String key) {
		long last = 0;
		for (int grants = 0; grants < 150;) {
			String owner = UUID.randomUUID().toString();
			AcquireCommand command = new AcquireCommand(key, owner, "node", TTL);
			if (store.tryAcquire(command) instanceof Granted grant) {
				assertThat(grant.fencingToken()).isGreaterThan(last);
				last = grant.fencingToken();
				grants++;
				assertThat(store.renew(new RenewCommand(key, owner, TTL))).isNotEqualTo(RenewResult.REFUSED);
				assertThat(store.tryAcquire(new AcquireCommand(key, "rival of " + owner, "node", TTL)))
					.isNotInstanceOf(Granted.class);
				assertThat(store.release(new ReleaseCommand(key, owner, Duration.ZERO)))
					.isEqualTo(ReleaseResult.RELEASED);
			}
		}
	}

	private JdbcLockStore storeWith(Duration retention) {
		return JdbcLockStore.open(JdbcLockStoreConfig.of(this.database.dataSource()).withRetention(retention));
	}

	private static void purge(JdbcLockStore store) {
		while (store.purgeSome()) {
			// the next batch
		}
	}

	private static Granted acquire(JdbcLockStore store, String key, String owner) {
		return (Granted) store.tryAcquire(new AcquireCommand(key, owner, "node", TTL));
	}

	private long rows() {
		return this.database.query("select count(*) from distributed_lock");
	}

	private void insert(String key, long token, long expiresAt) throws SQLException {
		insert(List.of(key), token, expiresAt);
	}

	private void insertMany(int count, long token) throws SQLException {
		List<String> keys = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			keys.add("key %d of many".formatted(i));
		}
		insert(keys, token, 0);
	}

	private void insert(List<String> keys, long token, long expiresAt) throws SQLException {
		try (Connection connection = this.database.dataSource().getConnection();
				PreparedStatement statement = connection
					.prepareStatement("insert into distributed_lock (lock_key, owner, node, fencing_token, "
							+ "acquired_at, expires_at) values (?, 'o', 'n', ?, ?, ?)")) {
			for (String key : keys) {
				statement.setString(1, key);
				statement.setLong(2, token);
				statement.setLong(3, token);
				statement.setLong(4, expiresAt);
				statement.addBatch();
			}
			statement.executeBatch();
		}
	}

}
