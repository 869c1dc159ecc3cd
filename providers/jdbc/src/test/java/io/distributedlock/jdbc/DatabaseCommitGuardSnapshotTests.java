package io.distributedlock.jdbc;

import java.sql.SQLException;
import java.time.Duration;

import io.distributedlock.jdbc.GuardResult.NotGuardable;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Transactions with a snapshot, in which a row that was changed since cannot be locked,
 * on some database.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DatabaseCommitGuardSnapshotTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	@Parameter
	int isolation;

	private final TestDatabase database;

	final TestDatabase users;

	final JdbcLockStore store;

	/**
	 * Creates the tests.
	 * @param database a database with the lock table
	 * @param sessionsOfUsers the statement with which the application's sessions begin
	 */
	DatabaseCommitGuardSnapshotTests(TestDatabase database, String sessionsOfUsers) {
		this.database = database;
		this.users = database.sessionsWith(sessionsOfUsers);
		this.store = database.store();
		database.execute("create table work (id int)");
	}

	@BeforeEach
	void acquire() {
		this.database.execute("delete from distributed_lock");
		this.database.execute("delete from work");
		AcquireCommand command = new AcquireCommand("k", UserTransaction.ownerOf("k"), "node", TTL);
		assertThat(this.store.tryAcquire(command)).isInstanceOf(Granted.class);
	}

	@AfterAll
	void close() {
		this.users.close();
		this.database.close();
	}

	@Test
	void theGuardTellsThatItCannotAndLeavesTheTransactionAlone() throws SQLException {
		try (UserTransaction transaction = UserTransaction.begin(this.users, this.isolation)) {
			transaction.execute("insert into work values (1)");
			renew();
			assertThat(transaction.guard(this.store, "k")).isEqualTo(new NotGuardable());
			renew();
			transaction.execute("insert into work values (2)");
			transaction.commit();
		}
		assertThat(this.database.query("select count(*) from work")).isEqualTo(2);
	}

	/** Or else it could be guarded. */
	@Test
	void aRowThatWasRenewedCannotBeLockedAlthoughTheLeaseIsInForce() throws SQLException {
		try (UserTransaction transaction = UserTransaction.begin(this.users, this.isolation)) {
			renew();
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(
						() -> transaction.query("select owner from distributed_lock where lock_key = 'k' for update"))
				.satisfies(
						(ex) -> assertThat(ex.getSQLState().equals("40001") || ex.getErrorCode() == 1020).as("%s", ex)
							.isTrue());
		}
		assertThat(this.store.find("k")).isPresent();
	}

	final void renew() {
		assertThat(this.store.renew(new RenewCommand("k", UserTransaction.ownerOf("k"), TTL.plusMinutes(1))))
			.isEqualTo(RenewResult.RENEWED);
	}

}
