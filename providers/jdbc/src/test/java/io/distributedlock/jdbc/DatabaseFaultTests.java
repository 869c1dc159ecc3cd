package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StepNotSentException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What goes wrong on every database, on some database.
 */
@Timeout(60)
abstract class DatabaseFaultTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	private final TestDatabase database;

	private final JdbcLockStore store;

	DatabaseFaultTests(TestDatabase database) {
		this.database = database;
		this.store = database.store();
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void aDroppedTableIsAFailureOfEachStepNotContention() {
		acquire("first");
		this.database.dropTable();
		fails(() -> acquire("second"));
		fails(() -> this.store.renew(new RenewCommand("k", "first", TTL)));
		fails(() -> this.store.release(new ReleaseCommand("k", "first", Duration.ZERO)));
		fails(() -> this.store.forceRelease("k"));
		fails(() -> this.store.find("k"));
		fails(() -> this.store.purgeSome());
	}

	@Test
	void aTableThatIsCreatedAgainIsUsedAtOnceAndTokensGrow() {
		Granted before = acquire("before");
		this.database.dropTable();
		fails(() -> acquire("between"));
		this.database.createTableAgain();
		assertThat(acquire("after").fencingToken()).isGreaterThan(before.fencingToken());
	}

	@Test
	void aRowDeletedByHandIsAFreeLock() {
		Granted first = acquire("first");
		this.database.execute("delete from distributed_lock");
		assertThat(acquire("next").fencingToken()).isGreaterThan(first.fencingToken());
	}

	@Test
	void aHolderWhoseRowWasDeletedHasLostItsGrant() {
		acquire("first");
		this.database.execute("delete from distributed_lock");
		assertThat(this.store.renew(new RenewCommand("k", "first", TTL))).isEqualTo(RenewResult.REFUSED);
		assertThat(this.store.release(new ReleaseCommand("k", "first", Duration.ZERO)))
			.isEqualTo(ReleaseResult.NOT_OWNED);
	}

	@Test
	void aHolderWhoseRowWasDeletedDoesNotDisturbTheNext() {
		acquire("first");
		this.database.execute("delete from distributed_lock");
		acquire("next");
		assertThat(this.store.renew(new RenewCommand("k", "first", TTL))).isEqualTo(RenewResult.REFUSED);
		assertThat(this.store.release(new ReleaseCommand("k", "first", Duration.ZERO)))
			.isEqualTo(ReleaseResult.NOT_OWNED);
		assertThat(this.store.renew(new RenewCommand("k", "next", TTL))).isEqualTo(RenewResult.RENEWED);
	}

	@Test
	void aStepForWhichThePoolHasNoConnectionWasNotSent() throws SQLException {
		List<Connection> taken = new ArrayList<>();
		try {
			for (int i = 0; i < this.database.dataSource().getMaximumPoolSize(); i++) {
				taken.add(this.database.dataSource().getConnection());
			}
			assertThatExceptionOfType(StepNotSentException.class).isThrownBy(() -> acquire("o"))
				.withMessageContaining("that the pool has a connection to spare");
		}
		finally {
			for (Connection connection : taken) {
				connection.close();
			}
		}
		assertThat(acquire("o")).isNotNull();
	}

	private Granted acquire(String owner) {
		return (Granted) this.store.tryAcquire(new AcquireCommand("k", owner, "node", TTL));
	}

	private static void fails(ThrowingCallable step) {
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(step)
			.withMessageContaining("(table distributed_lock)")
			.withMessageContaining("Compare the table with the script");
	}

}
