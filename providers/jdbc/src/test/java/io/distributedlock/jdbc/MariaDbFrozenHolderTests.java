package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import io.distributedlock.jdbc.GuardResult.Held;
import io.distributedlock.jdbc.GuardResult.Lost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class MariaDbFrozenHolderTests extends DatabaseFrozenHolderTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	private static final String DEFAULTS = "0 0 0";

	private static final String TIMEOUTS = """
			select concat_ws(' ', @@idle_transaction_timeout, @@idle_write_transaction_timeout,
				@@idle_readonly_transaction_timeout)
			""";

	MariaDbFrozenHolderTests() {
		super(MariaDbServer.shared().newDatabase(), Connection.TRANSACTION_REPEATABLE_READ);
	}

	@ParameterizedTest
	@CsvSource({ "0 0 0, 0 60 60", "90 0 0, 90 60 60", "0 90 0, 0 60 60", "0 90 90, 0 60 60", "60 0 0, 60 0 0",
			"90 59 50, 90 59 50", "50 90 0, 50 60 0" })
	void theSessionsOwnBoundsAreNeverMadeLongerAndAreBackAfterwards(String before, String guarded) throws SQLException {
		acquire("k", TTL);
		try (UserTransaction transaction = begin()) {
			set(transaction, before);
			Held held = guard(transaction, "k");
			assertThat(transaction.query(TIMEOUTS)).containsExactly(guarded);
			transaction.commit();
			held.afterCompletion().run();
			assertThat(transaction.query(TIMEOUTS)).containsExactly(before);
			set(transaction, DEFAULTS);
		}
	}

	@Test
	void theSessionIsAsItWasAlsoAfterTwoGuardsInAnyOrder() throws SQLException {
		acquire("a", TTL);
		acquire("b", TTL);
		try (UserTransaction transaction = begin()) {
			Held first = guard(transaction, "a");
			Held second = guard(transaction, "b");
			transaction.rollback();
			first.afterCompletion().run();
			second.afterCompletion().run();
			assertThat(transaction.query(TIMEOUTS)).containsExactly(DEFAULTS);
		}
	}

	@Test
	void theSessionIsAsItWasAtOnceIfAGrantIsLost() throws SQLException {
		try (UserTransaction transaction = begin()) {
			assertThat(transaction.guard(this.store, "k")).isInstanceOf(Lost.class);
			assertThat(transaction.query(TIMEOUTS)).containsExactly(DEFAULTS);
		}
	}

	@Test
	void theSessionIsAsItWasAtOnceIfTheGuardFails() throws SQLException {
		acquire("k", TTL);
		try (UserTransaction transaction = begin();
				Connection other = this.database.transaction("select * from distributed_lock for update")) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> transaction.guard(this.store, "k"));
			assertThat(transaction.query(TIMEOUTS)).containsExactly(DEFAULTS);
			other.rollback();
		}
	}

	private static void set(UserTransaction transaction, String timeouts) throws SQLException {
		transaction.execute("""
				set idle_transaction_timeout = %s, idle_write_transaction_timeout = %s,
					idle_readonly_transaction_timeout = %s
				""".formatted((Object[]) timeouts.split(" ")));
	}

}
