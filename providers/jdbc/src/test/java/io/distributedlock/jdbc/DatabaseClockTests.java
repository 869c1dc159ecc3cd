package io.distributedlock.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.TimeZone;
import java.util.UUID;
import java.util.stream.IntStream;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.ReleaseCommand;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Times and tokens follow the database's clock, on some database.
 */
@Isolated("changes the default time zone")
abstract class DatabaseClockTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	private final TimeZone zone = TimeZone.getDefault();

	private final TestDatabase database;

	private final JdbcLockStore store;

	DatabaseClockTests(TestDatabase database) {
		this.database = database;
		this.store = database.store();
	}

	/**
	 * Returns statements that set the time zone of a session.
	 */
	abstract List<String> sessionTimeZones();

	@AfterEach
	void close() {
		TimeZone.setDefault(this.zone);
		this.database.close();
	}

	@Test
	void timesAreMicrosecondsOfUtc() {
		Instant before = Instant.now().truncatedTo(ChronoUnit.MICROS);
		Granted grant = acquire("k", "o");
		assertThat(grant.acquiredAt()).isBetween(before, Instant.now());
		assertThat(grant.fencingToken()).isEqualTo(this.database.number("acquired_at"))
			.isEqualTo(ChronoUnit.MICROS.between(Instant.EPOCH, grant.acquiredAt()));
		assertThat(this.database.number("expires_at - acquired_at")).isEqualTo(60_000_000);
	}

	@Test
	void timesHaveMicrosecondsNotMilliseconds() {
		assertThat(IntStream.range(0, 50).mapToLong((i) -> acquire("k" + i, "o" + i).fencingToken()))
			.anyMatch((token) -> token % 1000 != 0);
	}

	@Test
	void aTtlIsRoundedUpToMicroseconds() {
		this.store.tryAcquire(new AcquireCommand("k", "o", "node", Duration.ofNanos(60_000_000_001L)));
		assertThat(this.database.number("expires_at - acquired_at")).isEqualTo(60_000_001);
	}

	@Test
	void theTimeOfEachStatementIsItsOwn() {
		Granted first = acquire("k", "first");
		this.store.release(new ReleaseCommand("k", "first", Duration.ZERO));
		Granted second = acquire("k", "second");
		assertThat(second.acquiredAt()).isAfter(first.acquiredAt());
	}

	@Test
	void aLastTokenAheadOfTheClockIsCountedOn() {
		acquire("k", "first");
		this.store.release(new ReleaseCommand("k", "first", Duration.ZERO));
		this.database.execute("update distributed_lock set fencing_token = 9000000000000000");
		assertThat(acquire("k", "second").fencingToken()).isEqualTo(9_000_000_000_000_001L);
	}

	@Test
	void whatRemainsShrinksFromStatementToStatement() {
		acquire("k", "o");
		Duration first = ((Held) this.store.tryAcquire(command("k", "other"))).remaining();
		Duration second = ((Held) this.store.tryAcquire(command("k", "other"))).remaining();
		assertThat(second).isLessThan(first);
		assertThat(first).isLessThan(TTL);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu", "America/New_York" })
	void theTimeZoneOfTheJvmDoesNotMoveExpiry(String otherZone) {
		acquire("k", "o");
		TimeZone.setDefault(TimeZone.getTimeZone(otherZone));
		try (TestDatabase later = this.database.at((url) -> url)) {
			aMinuteRemains(later.store());
		}
	}

	@Test
	void theTimeZoneOfTheSessionDoesNotMoveExpiry() {
		acquire("k", "o");
		assertThat(sessionTimeZones()).allSatisfy((setting) -> {
			try (TestDatabase elsewhere = this.database.sessionsWith(setting)) {
				aMinuteRemains(elsewhere.store());
			}
		});
	}

	private static void aMinuteRemains(JdbcLockStore store) {
		Held held = (Held) store.tryAcquire(command("k", "other"));
		assertThat(held.remaining()).isBetween(TTL.minusSeconds(30), TTL);
		Instant before = Instant.now().truncatedTo(ChronoUnit.MICROS);
		String owner = UUID.randomUUID().toString();
		Granted grant = (Granted) store.tryAcquire(command(owner, owner));
		assertThat(grant.acquiredAt()).isBetween(before, Instant.now());
	}

	private Granted acquire(String key, String owner) {
		return (Granted) this.store.tryAcquire(command(key, owner));
	}

	private static AcquireCommand command(String key, String owner) {
		return new AcquireCommand(key, owner, "node", TTL);
	}

}
