package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import io.distributedlock.jdbc.GuardResult.Held;
import io.distributedlock.jdbc.GuardResult.NotGuardable;
import io.distributedlock.store.AcquireCommand;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The round trips of a guard, by MariaDB's driver.
 */
@Timeout(60)
@ResourceLock(RoundTrips.LOCK)
class MariaDbGuardCostTests {

	private final TestDatabase database = MariaDbServer.shared().newDatabase();

	private final TestDatabase counted = this.database
		.at((url) -> url + "?socketFactory=" + RoundTrips.class.getName());

	private final JdbcLockStore store = this.database.store();

	@BeforeEach
	void acquire() {
		this.store.tryAcquire(new AcquireCommand("k", UserTransaction.ownerOf("k"), "node", Duration.ofMinutes(1)));
	}

	@AfterEach
	void close() {
		this.counted.close();
		this.database.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_REPEATABLE_READ })
	void aGuardTakesThreeRoundTripsAndOneAfterTheTransaction(int isolation) throws SQLException {
		try (UserTransaction transaction = UserTransaction.begin(this.counted, isolation)) {
			long start = RoundTrips.count();
			Held held = (Held) transaction.guard(this.store, "k");
			assertThat(RoundTrips.count() - start).isEqualTo(3);
			transaction.commit();
			long end = RoundTrips.count();
			held.afterCompletion().run();
			assertThat(RoundTrips.count() - end).isOne();
		}
	}

	@Test
	void aGuardTakesTwoRoundTripsWhereIdleTransactionsEndSoonAnyway() throws SQLException {
		try (TestDatabase brief = this.counted.sessionsWith("set idle_transaction_timeout = 2");
				UserTransaction transaction = UserTransaction.begin(brief, Connection.TRANSACTION_READ_COMMITTED)) {
			long start = RoundTrips.count();
			Held held = (Held) transaction.guard(this.store, "k");
			transaction.commit();
			held.afterCompletion().run();
			assertThat(RoundTrips.count() - start).as("with the commit").isEqualTo(3);
		}
	}

	@Test
	void thatASnapshotCannotBeGuardedTakesOneRoundTrip() throws SQLException {
		try (TestDatabase modern = this.counted.sessionsWith("set innodb_snapshot_isolation = on");
				UserTransaction transaction = UserTransaction.begin(modern, Connection.TRANSACTION_REPEATABLE_READ)) {
			long start = RoundTrips.count();
			assertThat(transaction.guard(this.store, "k")).isEqualTo(new NotGuardable());
			assertThat(RoundTrips.count() - start).isOne();
		}
	}

}
