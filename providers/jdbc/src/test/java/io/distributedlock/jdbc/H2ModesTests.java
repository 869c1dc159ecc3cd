package io.distributedlock.jdbc;

import java.time.Duration;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * H2 that imitates other databases, as many applications use it in their tests.
 */
class H2ModesTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	@ParameterizedTest
	@ValueSource(strings = { ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH",
			";MODE=MySQL;DATABASE_TO_LOWER=TRUE", ";MODE=MariaDB;DATABASE_TO_UPPER=FALSE",
			";MODE=Oracle;DEFAULT_NULL_ORDERING=HIGH", ";MODE=MSSQLServer", ";MODE=DB2", ";MODE=Derby", ";MODE=HSQLDB",
			";MODE=STRICT", ";MODE=LEGACY", ";OLD_INFORMATION_SCHEMA=TRUE" })
	void eachStepWorks(String settings) {
		try (TestDatabase database = TestDatabase.inMemory(settings)) {
			JdbcLockStore store = database.store();
			Granted first = (Granted) store.tryAcquire(command("first"));
			assertThat(store.tryAcquire(command("other"))).isInstanceOf(Held.class);
			assertThat(store.renew(new RenewCommand("k", "first", TTL))).isEqualTo(RenewResult.RENEWED);
			assertThat(store.release(new ReleaseCommand("k", "first", Duration.ZERO)))
				.isEqualTo(ReleaseResult.RELEASED);
			Granted second = (Granted) store.tryAcquire(command("second"));
			assertThat(second.fencingToken()).isGreaterThan(first.fencingToken());
			assertThat(store.find("k")).isPresent();
			assertThat(store.held("", 10)).hasSize(1);
			assertThat(store.held("K", 10)).isEmpty();
			assertThat(store.forceRelease("k")).isTrue();
			assertThat(store.renew(new RenewCommand("k", "second", TTL))).isEqualTo(RenewResult.REFUSED);
		}
	}

	private static AcquireCommand command(String owner) {
		return new AcquireCommand("k", owner, "node", TTL);
	}

}
