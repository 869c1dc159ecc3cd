package io.distributedlock.fencing;

import java.time.Duration;

import io.distributedlock.jdbc.PostgresServer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PostgresFencingRaceTests extends DatabaseFencingRaceTests {

	PostgresFencingRaceTests() {
		super(FenceDatabase.of(PostgresServer.shared().newEmptyDatabase(), "postgresql"));
	}

	@Override
	boolean tellsConflicts() {
		return true;
	}

	@ParameterizedTest
	@ValueSource(
			ints = { TransactionDefinition.ISOLATION_REPEATABLE_READ, TransactionDefinition.ISOLATION_SERIALIZABLE })
	void aChangeAfterTheSnapshotIsAFailureToBeRetriedAndNoStaleToken(int isolation) {
		long token = FenceDatabase.issued(Duration.ZERO);
		this.fences.check("order", token);
		assertThatExceptionOfType(ConcurrencyFailureException.class)
			.isThrownBy(() -> this.fences.transaction(isolation).executeWithoutResult((status) -> {
				this.fences.jdbc.queryForList("select 1");
				runAside(() -> this.fences.check("order", token));
				this.fences.guard.check("order", token);
			}))
			.withMessageContaining("could not serialize access");
	}

}
