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
	@CsvSource({ "0, 1min", "60001ms, 1min", "2min, 1min", "1d, 1min", "1min, 1min", "59s, 59s", "59999ms, 59999ms" })
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
