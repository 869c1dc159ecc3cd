package io.distributedlock.fencing;

import java.time.Duration;

import io.distributedlock.jdbc.MariaDbServer;
import org.junit.jupiter.api.Test;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class MariaDbFencingRaceTests extends DatabaseFencingRaceTests {

	MariaDbFencingRaceTests() {
		super(FenceDatabase.of(MariaDbServer.shared().newEmptyDatabase(), "mariadb"));
	}

	/** MariaDB's default from 11.6 on. */
	@Test
	void withSnapshotIsolationAChangeAfterTheSnapshotIsAFailureToBeRetried() {
		long token = FenceDatabase.issued(Duration.ZERO);
		try (FenceDatabase strict = this.fences.sessionsWith("set session innodb_snapshot_isolation = on")) {
			strict.check("order", token);
			assertThatExceptionOfType(ConcurrencyFailureException.class)
				.isThrownBy(() -> strict.transaction(TransactionDefinition.ISOLATION_REPEATABLE_READ)
					.executeWithoutResult((status) -> {
						strict.jdbc.queryForList("select * from distributed_lock_fence");
						runAside(() -> this.fences.check("order", token));
						strict.guard.check("order", token);
					}));
		}
	}

}
