package io.distributedlock.fencing;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;

import io.distributedlock.StaleFencingTokenException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Which tokens the guard accepts, on some database.
 */
@Timeout(120)
abstract class DatabaseFencingTests {

	private static final long NOW = FenceDatabase.issued(Duration.ZERO);

	private static final long LONG_AGO = FenceDatabase.issued(Duration.ofDays(8));

	private static final long LATELY = FenceDatabase.issued(Duration.ofDays(6));

	private static final long VERY_LONG_AGO = FenceDatabase.issued(Duration.ofDays(15));

	private final FenceDatabase fences;

	private final Background background = new Background();

	DatabaseFencingTests(FenceDatabase fences) {
		this.fences = fences;
	}

	/** Returns the statement that gives a session a time zone far from UTC. */
	abstract String distantTimeZone();

	@AfterEach
	void close() {
		this.background.close();
		this.fences.close();
	}

	@Test
	void theFirstTokenIsAccepted() {
		this.fences.check("order", NOW);
		assertThat(this.fences.token("order")).isEqualTo(NOW);
	}

	@Test
	void equalAndGreaterTokensAreAccepted() {
		this.fences.check("order", NOW);
		this.fences.check("order", NOW);
		this.fences.check("order", NOW + 1);
		assertThat(this.fences.token("order")).isEqualTo(NOW + 1);
	}

	@Test
	void aSmallerTokenIsRefusedAndChangesNothing() {
		this.fences.check("order", NOW);
		assertThatExceptionOfType(StaleFencingTokenException.class)
			.isThrownBy(() -> this.fences.check("order", NOW - 1))
			.satisfies((stale) -> {
				assertThat(stale.resource()).isEqualTo("order");
				assertThat(stale.fencingToken()).isEqualTo(NOW - 1);
				assertThat(stale.highestToken()).isEqualTo(NOW);
			});
		this.fences.check("order", NOW);
	}

	@Test
	void eachResourceHasTokensOfItsOwn() {
		this.fences.check("order:1", NOW);
		this.fences.check("order:2", NOW - 1);
		assertThat(this.fences.resources()).containsExactly("order:1", "order:2");
	}

	@Test
	void resourcesDifferByCaseBlanksAndAccents() {
		this.fences.check("order", NOW);
		for (String other : new String[] { "Order", "order ", " order", "\u00f6rder", "order\u00a0" }) {
			assertThatNoException().isThrownBy(() -> this.fences.check(other, NOW - 1));
		}
		assertThat(this.fences.resources()).hasSize(6);
	}

	@Test
	void resourcesMayHave255CodePoints() {
		String longest = "\ud83d\udd12".repeat(254);
		this.fences.check(longest + "a", NOW);
		this.fences.check(longest + "b", NOW - 1);
		assertThat(this.fences.token(longest + "a")).isEqualTo(NOW);
	}

	@Test
	void withoutARowATokenOlderThanTheRetentionIsRefused() {
		assertThatExceptionOfType(StaleFencingTokenException.class)
			.isThrownBy(() -> this.fences.check("order", LONG_AGO))
			.satisfies((stale) -> assertThat(stale.highestToken()).isBetween(NOW - micros(FenceDatabase.RETENTION),
					NOW - micros(Duration.ofDays(6))));
		this.fences.check("order", LATELY);
	}

	@Test
	void aRefusedCheckThatIsCommittedLetsNoOlderTokenIn() {
		this.fences.transaction().executeWithoutResult((status) -> {
			for (int i = 0; i < 2; i++) {
				assertThatExceptionOfType(StaleFencingTokenException.class)
					.isThrownBy(() -> this.fences.guard.check("order", LONG_AGO));
			}
		});
		assertThatExceptionOfType(StaleFencingTokenException.class)
			.isThrownBy(() -> this.fences.check("order", LONG_AGO));
		this.fences.check("order", LATELY);
	}

	@Test
	void aLeaseHeldLongerThanTheRetentionIsAcceptedWhileItsRowIsThere() {
		this.fences.insert("order", LONG_AGO, LONG_AGO);
		this.fences.check("order", LONG_AGO);
		assertThat(this.fences.token("order")).isEqualTo(LONG_AGO);
	}

	@Test
	void aStaleCheckDoesNotRaiseTheTokenToTheRetention() {
		this.fences.insert("order", LONG_AGO, LONG_AGO);
		assertThatExceptionOfType(StaleFencingTokenException.class)
			.isThrownBy(() -> this.fences.check("order", LONG_AGO - 1))
			.satisfies((stale) -> assertThat(stale.highestToken()).isEqualTo(LONG_AGO));
		this.fences.check("order", LONG_AGO);
	}

	@Test
	void theTimeZoneOfTheSessionDoesNotMatter() {
		try (FenceDatabase distant = this.fences.sessionsWith(distantTimeZone())) {
			Duration hour = Duration.ofHours(1);
			assertThatExceptionOfType(StaleFencingTokenException.class)
				.isThrownBy(() -> distant.check("order", FenceDatabase.issued(FenceDatabase.RETENTION.plus(hour))));
			assertThatNoException()
				.isThrownBy(() -> distant.check("order", FenceDatabase.issued(FenceDatabase.RETENTION.minus(hour))));
		}
	}

	@Test
	void aRollbackTakesTheTokenBack() {
		this.fences.check("order", NOW);
		this.fences.transaction().executeWithoutResult((status) -> {
			this.fences.guard.check("order", NOW + 1);
			this.fences.guard.check("order:2", NOW + 1);
			status.setRollbackOnly();
		});
		this.fences.check("order", NOW);
		assertThat(this.fences.resources()).containsExactly("order");
	}

	@Test
	void aWriterWaitsUntilTheOneBeforeHasCommitted() throws Exception {
		this.fences.check("order", NOW);
		Future<?> later = whileChecked(NOW + 1, NOW + 2);
		Background.await(later);
		assertThat(this.fences.token("order")).isEqualTo(NOW + 2);
	}

	@Test
	void aStaleWriterThatWaitedIsRefused() throws Exception {
		this.fences.check("order", NOW);
		Future<?> stale = whileChecked(NOW + 2, NOW + 1);
		assertThatExceptionOfType(StaleFencingTokenException.class).isThrownBy(() -> Background.await(stale));
	}

	@Test
	void aWriterThatWaitedForARollbackIsAccepted() throws Exception {
		this.fences.check("order", NOW);
		Future<?>[] other = new Future<?>[1];
		this.fences.transaction().executeWithoutResult((status) -> {
			other[0] = checkMeanwhile(NOW + 2, NOW + 1);
			status.setRollbackOnly();
		});
		Background.await(other[0]);
		assertThat(this.fences.token("order")).isEqualTo(NOW + 1);
	}

	@Test
	void theFirstWritersOfAResourceWaitForEachOther() throws Exception {
		Future<?> stale = whileChecked(NOW + 2, NOW + 1);
		assertThatExceptionOfType(StaleFencingTokenException.class).isThrownBy(() -> Background.await(stale));
	}

	@Test
	void aResourceThatIsBeingWrittenDoesNotHoldUpItsNeighbours() throws Exception {
		this.fences.check("order:2", NOW);
		this.fences.transaction(TransactionDefinition.ISOLATION_REPEATABLE_READ).executeWithoutResult((status) -> {
			this.fences.guard.check("order:2", NOW);
			for (String neighbour : new String[] { "order:1", "order:3" }) {
				assertThatNoException()
					.isThrownBy(() -> Background.await(this.background.start(() -> this.fences.check(neighbour, NOW))));
			}
		});
	}

	private Future<?> whileChecked(long token, long otherToken) {
		TransactionTemplate transaction = this.fences.transaction();
		Future<?> other = transaction.execute((status) -> checkMeanwhile(token, otherToken));
		assertThat(other).isNotNull();
		return other;
	}

	private Future<?> checkMeanwhile(long token, long otherToken) {
		this.fences.guard.check("order", token);
		Future<?> other = this.background.start(() -> this.fences.check("order", otherToken));
		try {
			assertThat(Background.isWaiting(other)).isTrue();
		}
		catch (Exception ex) {
			throw new AssertionError("It did not wait", ex);
		}
		return other;
	}

	@Test
	void aMissingTableIsToldWithTheScript() {
		FenceTable missing = new FenceTable(this.fences.database.dataSource(), "no_such_table",
				FenceDatabase.RETENTION);
		assertThatExceptionOfType(InvalidDataAccessResourceUsageException.class)
			.isThrownBy(() -> missing.raise("order", NOW))
			.withMessageMatching("There is no fence table no_such_table: create it with the script "
					+ "classpath:io/distributedlock/fencing/schema-(h2|mariadb|mysql|postgresql)\\.sql "
					+ "\\(with the name changed to no_such_table\\), or set distributed-lock.fencing.initialize-schema=always.*");
	}

	@Test
	void thePurgeDeletesWhatWasNotUsedForTwiceTheRetention() {
		this.fences.insert("unused", VERY_LONG_AGO, VERY_LONG_AGO);
		this.fences.insert("held for long", VERY_LONG_AGO, LATELY);
		this.fences.insert("checked before the clock was set", LATELY, VERY_LONG_AGO);
		this.fences.insert("may still be needed", LONG_AGO, LONG_AGO);
		purgeAll();
		assertThat(this.fences.resources()).containsExactlyInAnyOrder("held for long",
				"checked before the clock was set", "may still be needed");
	}

	@Test
	void thePurgeGoesThroughTheWholeTableInBatches() {
		this.fences.insertMany(2500, VERY_LONG_AGO);
		this.fences.check("used", NOW);
		assertThat(purgeAll()).isEqualTo(3);
		assertThat(this.fences.resources()).containsExactly("used");
	}

	@Test
	void aPurgedResourceRefusesItsOldTokens() {
		this.fences.insert("order", VERY_LONG_AGO, VERY_LONG_AGO);
		purgeAll();
		assertThat(this.fences.resources()).isEmpty();
		assertThatExceptionOfType(StaleFencingTokenException.class)
			.isThrownBy(() -> this.fences.check("order", VERY_LONG_AGO - 1));
	}

	@Test
	void thePurgePassesOverARowThatIsBeingChecked() {
		this.fences.insert("order", VERY_LONG_AGO, VERY_LONG_AGO);
		this.fences.transaction().executeWithoutResult((status) -> {
			this.fences.guard.check("order", VERY_LONG_AGO);
			assertThatNoException().isThrownBy(() -> Background.await(this.background.start(this::purgeAll)));
		});
		this.fences.check("order", VERY_LONG_AGO);
	}

	private int purgeAll() {
		int batches = 0;
		Optional<String> last = this.fences.table.purge("");
		while (last.isPresent()) {
			batches++;
			last = this.fences.table.purge(last.get());
		}
		return batches;
	}

	private static long micros(Duration duration) {
		return duration.toMillis() * 1000;
	}

}
