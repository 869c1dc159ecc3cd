package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Busy;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.WakeUpQueue.Listening;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(120)
class PostgresWakeUpTests {

	private static final Duration TTL = Duration.ofMinutes(5);

	private static final TestDatabase database = PostgresServer.shared().newDatabase();

	private final PostgresLockStore store = (PostgresLockStore) database.store();

	private final WakeUpLog wakeUps = new WakeUpLog();

	private final String key = "key-" + UUID.randomUUID();

	@AfterEach
	void close() {
		this.store.close();
	}

	@AfterAll
	static void closeDatabase() {
		database.close();
	}

	@Test
	void aReleaseWakesOneNodeInTheOrderInWhichTheyCame() throws InterruptedException {
		listen("first", "second", "third");
		acquire("holder");
		assertThat(queue("first")).isInstanceOf(Held.class);
		assertThat(queue("second")).isInstanceOf(Held.class);
		assertThat(queue("third")).isInstanceOf(Held.class);
		assertThat(queue("first")).isInstanceOf(Held.class);
		release("holder");
		isNext("first");
		release("first");
		isNext("second");
		release("second");
		isNext("third");
		release("third");
		nobodyElseWasWoken("first");
	}

	@Test
	void aNodeThatIsGrantedTheLockQueuesAtTheTailNextTime() throws InterruptedException {
		listen("first", "second");
		acquire("holder");
		queue("first");
		queue("second");
		release("holder");
		isNext("first");
		assertThat(queue("first", "another owner")).isInstanceOf(Held.class);
		release("first");
		isNext("second");
		release("second");
		assertThat(this.wakeUps.next()).isEqualTo("first for " + this.key);
	}

	@Test
	void aReleaseThatLeavesTheLockTakenWakesNobody() throws InterruptedException {
		listen("waiter");
		acquire("holder");
		queue("waiter");
		this.store.release(new ReleaseCommand(this.key, "holder", TTL));
		nobodyElseWasWoken("waiter");
	}

	@Test
	void aForcedReleaseWakesTheNext() throws InterruptedException {
		listen("waiter");
		acquire("holder");
		queue("waiter");
		assertThat(this.store.forceRelease(this.key)).isTrue();
		isNext("waiter");
	}

	@Test
	void aReleasedLockIsReservedForTheWokenNodeForAMoment() throws InterruptedException {
		AcquireResult overtaking = null;
		// the machine may be too slow for the moment
		for (int i = 0; i < 20 && !(overtaking instanceof Busy); i++) {
			this.store.forceRelease(this.key);
			acquire("holder" + i);
			queue("woken");
			release("holder" + i);
			overtaking = queue("other");
		}
		assertThat(overtaking).isEqualTo(new Busy());
		Thread.sleep(200);
		assertThat(queue("other")).isInstanceOf(Granted.class);
	}

	@Test
	void aReservedLockIsGrantedToTheNodeThatWasWoken() {
		acquire("holder");
		queue("woken");
		queue("other");
		release("holder");
		assertThat(queue("woken")).isInstanceOf(Granted.class);
	}

	@Test
	void aReservationDoesNotOutliveAClockThatIsSetBack() {
		acquire("holder");
		queue("woken");
		release("holder");
		forWaiter("woken", "woken_at = woken_at + 3600000000, asked_at = asked_at + 3600000000");
		assertThat(queue("other")).isInstanceOf(Granted.class);
	}

	@Test
	void aNodeThatWasSilentForLongIsNotWoken() throws InterruptedException {
		listen("silent", "waiter");
		acquire("holder");
		queue("silent");
		forWaiter("silent", "asked_at = asked_at - 6000000");
		queue("waiter");
		release("holder");
		isNext("waiter");
	}

	@Test
	void aNodeThatWasSilentForLongAndComesBackIsTheLast() throws InterruptedException {
		listen("silent", "waiter");
		acquire("holder");
		queue("silent");
		forWaiter("silent", "asked_at = asked_at - 6000000");
		queue("waiter");
		queue("silent");
		release("holder");
		isNext("waiter");
	}

	@Test
	void aPurgeForgetsNodesThatWereSilentForLong() {
		acquire("holder");
		queue("silent");
		queue("waiter");
		forWaiter("silent", "asked_at = asked_at - 6000000");
		for (int i = 0; i < 100 && this.store.purgeSome(); i++) {
			// goes on
		}
		assertThat(waiters()).containsExactly("waiter");
	}

	@Test
	void aGrantWithoutWaitingTakesTheNodeOutOfTheQueueToo() {
		acquire("holder");
		queue("waiter");
		release("holder");
		assertThat(this.store.tryAcquire(command("waiter", "waiter"))).isInstanceOf(Granted.class);
		assertThat(waiters()).isEmpty();
	}

	@Test
	void anAttemptWithoutWaitingLeavesNoTraceInTheQueue() {
		acquire("holder");
		assertThat(this.store.tryAcquire(command("other", "other"))).isInstanceOf(Held.class);
		assertThat(waiters()).isEmpty();
	}

	@Test
	void aRepeatedAcquisitionOfTheHolderIsNotQueued() {
		AcquireResult grant = queue("holder");
		assertThat(queue("holder")).isEqualTo(grant);
		assertThat(waiters()).isEmpty();
	}

	@Test
	void noStepWaitsForARowOfTheQueueThatIsLocked() throws SQLException {
		acquire("holder");
		queue("waiter");
		forWaiter("waiter", "asked_at = asked_at - 3000000");
		try (Connection other = database
			.transaction("select * from distributed_lock_waiter where lock_key = '" + this.key + "' for update")) {
			assertThat(queue("waiter")).isInstanceOf(Held.class);
			assertThat(this.store.release(new ReleaseCommand(this.key, "holder", Duration.ZERO)))
				.isEqualTo(ReleaseResult.RELEASED);
			assertThat(queue("waiter")).isInstanceOf(Granted.class);
			this.store.leaveQueue(this.key, "waiter");
			assertThat(this.store.forceRelease(this.key)).isTrue();
			other.rollback();
		}
	}

	@Test
	void aQueuedNodeThatAsksAgainWritesNextToNoLog() {
		try (PostgresServer server = new PostgresServer(); TestDatabase quiet = server.newDatabase()) {
			PostgresLockStore locks = (PostgresLockStore) quiet.store();
			locks.tryAcquire(command("holder", "holder"));
			locks.tryAcquireOrQueue(command("waiter", "waiter"));
			assertThat(walOf(quiet, () -> {
				for (int i = 0; i < 100; i++) {
					locks.tryAcquireOrQueue(command("waiter", "waiter"));
				}
			})).isLessThan(5_000);
		}
	}

	@Test
	void theTableOfWaitingNodesIsFoundInItsSchema() throws InterruptedException {
		try (TestDatabase other = PostgresServer.shared().newDatabase()) {
			other.execute("create schema locks");
			other.execute("alter table distributed_lock rename to mutex");
			other.execute("alter table mutex set schema locks");
			other.execute("alter table distributed_lock_waiter rename to mutex_waiter");
			other.execute("alter table mutex_waiter set schema locks");
			JdbcLockStoreConfig config = JdbcLockStoreConfig.of(other.dataSource()).withTableName("locks.mutex");
			PostgresLockStore locks = (PostgresLockStore) JdbcLockStore.open(config);
			try (Listening listening = locks.listen("waiter", this.wakeUps.of("waiter"))) {
				locks.tryAcquire(command("holder", "holder"));
				locks.tryAcquireOrQueue(command("waiter", "waiter"));
				locks.release(new ReleaseCommand(this.key, "holder", Duration.ZERO));
				assertThat(this.wakeUps.next()).isEqualTo("waiter for " + this.key);
				assertThat(listening).isNotNull();
			}
		}
	}

	private void listen(String... nodes) {
		for (String node : nodes) {
			this.store.listen(node, this.wakeUps.of(node));
		}
	}

	private void acquire(String node) {
		assertThat(this.store.tryAcquire(command(node, node))).isInstanceOf(Granted.class);
	}

	private AcquireResult queue(String node) {
		return queue(node, node);
	}

	private AcquireResult queue(String node, String owner) {
		return this.store.tryAcquireOrQueue(command(node, owner));
	}

	private void release(String owner) {
		assertThat(this.store.release(new ReleaseCommand(this.key, owner, Duration.ZERO)))
			.isEqualTo(ReleaseResult.RELEASED);
	}

	private AcquireCommand command(String node, String owner) {
		return new AcquireCommand(this.key, owner, node, TTL);
	}

	private void isNext(String node) throws InterruptedException {
		assertThat(this.wakeUps.next()).isEqualTo(node + " for " + this.key);
		assertThat(queue(node)).isInstanceOf(Granted.class);
	}

	/**
	 * Nobody was woken meanwhile: the wake-up for another lock, sent after all others, is
	 * the next one to come to the node.
	 */
	private void nobodyElseWasWoken(String node) throws InterruptedException {
		String later = "later " + this.key;
		this.store.tryAcquire(new AcquireCommand(later, "holder", "holder", TTL));
		this.store.tryAcquireOrQueue(new AcquireCommand(later, node, node, TTL));
		this.store.forceRelease(later);
		assertThat(this.wakeUps.next()).isEqualTo(node + " for " + later);
	}

	private void forWaiter(String node, String change) {
		database.execute("update distributed_lock_waiter set %s where lock_key = '%s' and node = '%s'".formatted(change,
				this.key, node));
	}

	private List<String> waiters() {
		return Rows.of(database, "select node from distributed_lock_waiter where lock_key = '%s' order by queued_at"
			.formatted(this.key));
	}

	/**
	 * Returns how many bytes of log a step costs; of several runs the least, as the
	 * server writes some by itself.
	 */
	private static long walOf(TestDatabase quiet, Runnable step) {
		long least = Long.MAX_VALUE;
		for (int i = 0; i < 3; i++) {
			String before = Rows.of(quiet, "select pg_current_wal_insert_lsn()").get(0);
			step.run();
			String growth = Rows.of(quiet, "select pg_current_wal_insert_lsn() - '" + before + "'::pg_lsn").get(0);
			least = Math.min(least, Long.parseLong(growth));
		}
		return least;
	}

}
