package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PostgresFrozenHolderTests extends DatabaseFrozenHolderTests {

	private static final String SHOW = "show idle_in_transaction_session_timeout";

	PostgresFrozenHolderTests() {
		super(PostgresServer.shared().newDatabase(), Connection.TRANSACTION_READ_COMMITTED);
	}

	@ParameterizedTest
	@CsvSource({ "0, 1s", "1001ms, 1s", "2min, 1s", "1d, 1s", "1s, 1s", "999ms, 999ms", "20ms, 20ms" })
	void theServersOwnBoundIsNeverMadeLongerAndIsBackAfterwards(String before, String guarded) throws SQLException {
		acquire("k", Duration.ofMinutes(1));
		try (UserTransaction transaction = begin()) {
			transaction.execute("set idle_in_transaction_session_timeout = '%s'".formatted(before));
			transaction.commit();
			guard(transaction, "k");
			assertThat(transaction.query(SHOW)).containsExactly(guarded);
			transaction.commit();
			assertThat(transaction.query(SHOW)).containsExactly(before);
			transaction.execute("reset idle_in_transaction_session_timeout");
			transaction.commit();
		}
	}

}
